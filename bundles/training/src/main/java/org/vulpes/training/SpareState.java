package org.vulpes.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceLost;

/**
 * A copy of weights and moments on the device, to which a run can be brought back. Its memory is kept from one swap to the next: fresh memory costs a page fault every
 * 4 KiB, several times the copy.
 */
final class SpareState implements AutoCloseable {
  private final Device device;
  private final Map<String, Buffer> weights;
  private final List<Buffer> originals = new ArrayList<>();
  private final List<Buffer> copies = new ArrayList<>();
  private final Map<Moment, Long> updates = new HashMap<>();
  private volatile FutureTask<Void> copying;

  SpareState(Device device, Map<String, Buffer> weights) {
    this.device = device;
    this.weights = weights;
  }

  /** Makes memory for a copy of everything that there is now. */
  void makeRoom(UpdateProgram update) {
    var wanted = all(update);
    if (fits(wanted)) return;
    close();
    for (Buffer b : wanted) {
      Buffer copy = device.allocate(b.type(), b.length());
      copies.add(copy);
      copy.copyFrom(b);
    }
  }

  private List<Buffer> all(UpdateProgram update) {
    var out = new ArrayList<>(weights.values());
    update.moments().values().forEach(m -> out.addAll(m.buffers().values()));
    return out;
  }

  private boolean fits(List<Buffer> wanted) {
    if (wanted.size() != copies.size()) return false;
    for (int i = 0; i < wanted.size(); i++) if (wanted.get(i).length() != copies.get(i).length()) return false;
    return true;
  }

  /** From here on the state of now counts. Its copy is taken by {@link #copy}, before anything writes weights or moments. */
  void keep(UpdateProgram update) {
    awaitCopy();
    makeRoom(update);
    originals.clear();
    originals.addAll(all(update));
    updates.clear();
    update.moments().values().forEach(m -> updates.put(m, m.updates));
    copying = new FutureTask<>(() -> {
      for (int i = 0; i < copies.size(); i++) copies.get(i).copyFrom(originals.get(i));
    }, null);
  }

  /** Takes the copy, unless another thread has: beside the next forward and backward passes, which only read what it reads, so that the loop does not stand still for it. */
  void copy() {
    FutureTask<Void> task = copying;
    if (task != null) task.run();
  }

  /** Makes sure that the copy is whole: before anything writes weights or moments. On the training thread. */
  void awaitCopy() {
    FutureTask<Void> task = copying;
    if (task == null) return;
    // Nobody has come to do it: then it is done here.
    task.run();
    boolean interrupted = false;
    while (true) {
      try {
        task.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof DeviceLost lost) throw lost;
        throw new IllegalStateException("The state of the run could not be kept.", e.getCause());
      }
    }
    copying = null;
    if (interrupted) Thread.currentThread().interrupt();
  }

  /** Writes the copy back into the very buffers that it was taken from. */
  void bringBack() {
    awaitCopy();
    for (int i = 0; i < copies.size(); i++) originals.get(i).copyFrom(copies.get(i));
    updates.forEach((moment, n) -> moment.updates = n);
  }

  @Override
  public void close() {
    awaitCopy();
    copies.forEach(Buffer::close);
    copies.clear();
    originals.clear();
    updates.clear();
  }
}
