package org.vulpes.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vulpes.compute.Buffer;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.Slot;
import org.vulpes.surgery.Meaning;
import org.vulpes.surgery.Surgeon;

/**
 * A brick with other parameters takes over: weights and moments are operated on between two steps, and everything that lives on the device is made anew beside the loop. The old engine stays as it is
 * until the probation is over, so that it can come back.
 */
final class EngineSurgery implements Slot.Handover {
  private static final int CHUNK = 1 << 16;

  private final Surgeon surgeon;
  private final Supplier<Engine> engine;
  private final Consumer<Engine> exchange;
  private final long seed;
  private final long measuredBytes;
  private Engine fresh;
  private Engine before;

  /** @param fresh for the new model, its tensors zero, its programs ready @param measuredBytes of each domain's validation text that tell what the surgery cost */
  EngineSurgery(Surgeon surgeon, Engine fresh, Supplier<Engine> engine, Consumer<Engine> exchange, long seed, long measuredBytes) {
    this.surgeon = surgeon;
    this.fresh = fresh;
    this.engine = engine;
    this.exchange = exchange;
    this.seed = seed;
    this.measuredBytes = measuredBytes;
  }

  @Override
  public Slot.Travelled move() {
    before = engine.get();
    double bits = before.metric().measure(measuredBytes).mean();
    fill(surgeon.operate(before.weights().policy(), Meaning.VALUE, seed), fresh.weights().policy().buffers());
    var carried = new ArrayList<String>();
    var begun = new ArrayList<String>();
    var tensors = before.programs.update().tensors();
    fresh.programs.update().moments().forEach((name, moment) -> {
      var meaning = Meaning.ofMoment(name);
      TensorSource own = MomentsAfter.of(tensors, name);
      // One that is kept for some parameters only begins anew: a surgery makes one tensor out of several.
      if (meaning.isEmpty() || own.names().size() < before.weights().policy().names().size()) {
        begun.add(name);
        return;
      }
      fill(surgeon.operate(own, meaning.get(), seed), moment.buffers());
      moment.updates = before.programs.update().moments().get(name).updates;
      carried.add(name + ", as the weights");
    });
    double after = fresh.metric().measure(measuredBytes).mean();
    exchange.accept(fresh);
    carried.addFirst(String.join("; ", surgeon.words()) + String.format(Locale.ROOT, "; %.4f bits per byte before, %.4f after (%+.4f)", bits, after, after - bits));
    return new Slot.Travelled(carried, begun, List.of());
  }

  private static void fill(TensorSource source, Map<String, Buffer> to) {
    var chunk = new float[CHUNK];
    to.forEach((name, buffer) -> {
      for (long at = 0; at < buffer.length(); at += CHUNK) {
        int n = (int) Math.min(CHUNK, buffer.length() - at);
        source.read(name, at, chunk, 0, n);
        buffer.write(at, chunk, 0, n);
      }
    });
  }

  @Override
  public void moveBack() {
    exchange.accept(before);
    before = null;
  }

  @Override
  public void settle() {
    before.close();
    before = null;
  }

  @Override
  public void drop() {
    if (fresh != null) fresh.close();
    fresh = null;
  }
}
