package org.vulpes.compute.opencl.internal;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Chooses the parameters of an entry by timing its launches on the device, on memory of its own: one parameter after the other, for some seconds in all, then the defaults. What was found is kept in
 * a file by device, driver, kernels and shape, so that a run that goes on, and every other trial of a study, uses the same.
 */
final class TimedTuning implements Tuning {
  private static final int ROUNDS = 3;
  /** Bytes that measuring may always take; above, a sixteenth of what the run holds: the head of a large vocabulary would otherwise need the model a second time. */
  private static final long FREELY = 64L << 20;

  private final OpenClDevice device;
  private final TuningFile file;
  private final long budgetNanos;
  private long spent;

  /** @param seconds that tuning may take while the device is open */
  TimedTuning(OpenClDevice device, TuningFile file, double seconds) {
    this.device = device;
    this.file = file;
    budgetNanos = (long) (seconds * 1e9);
  }

  @Override
  public Task tuned(Task task) {
    if (task.entry.tune().isEmpty() || task.entry.fused()) return task;
    List<String> used = task.entry.tuned();
    if (used.isEmpty()) return task;
    String key = key(task);
    Map<String, Long> known = file.get(key);
    if (known == null) {
      if (spent >= budgetNanos || bytes(task) > Math.max(FREELY, device.bytesInUse() / 16)) return task;
      long began = System.nanoTime();
      known = search(task, used);
      spent += System.nanoTime() - began;
      file.put(key, known);
    }
    return task.with(known);
  }

  private String key(Task task) {
    ClFacts f = device.context().facts;
    String shapes = task.operands.entrySet().stream().sorted(Map.Entry.comparingByKey())
        .map(e -> e.getKey() + e.getValue().stream().map(u -> java.util.Arrays.toString(u.shape())).collect(Collectors.joining())).collect(Collectors.joining(" "));
    return String.join(" | ", f.platform(), f.name(), f.driver(), task.entry.bundle() + " " + Integer.toHexString(task.entry.commands().hashCode()), task.steps.getFirst().call.kernel().toString(), shapes);
  }

  private Map<String, Long> search(Task task, List<String> names) {
    var best = new TreeMap<String, Long>();
    names.forEach(n -> best.put(n, task.entry.tune().get(n).standard()));
    for (String name : names) {
      long least = Long.MAX_VALUE, chosen = best.get(name);
      for (long value : task.entry.tune().get(name).values()) {
        var tried = new HashMap<>(best);
        tried.put(name, value);
        long time = time(task.with(tried));
        if (time < least) {
          least = time;
          chosen = value;
        }
      }
      best.put(name, chosen);
    }
    return best;
  }

  /** Nanoseconds of the best of some rounds; the most there is for values that cannot be used. */
  private long time(Task task) {
    var memory = new ArrayList<long[]>();
    var launches = new ArrayList<ClLaunch>();
    Arena ranges = Arena.ofConfined();
    try {
      if (task.entry.when() != null && !task.entry.when().holds(task)) return Long.MAX_VALUE;
      Map<String, List<Place>> places = places(task);
      var handles = new HashMap<Place, Long>();
      for (List<Place> named : places.values()) for (Place p : named) handles.put(p, memory(((Place.Block) p).bytes, memory));
      var planned = new ArrayList<Planned>();
      new Launches(device.context().facts, task, planned, List.of()).write(task.entry.commands(), places);
      for (Planned p : planned) launches.add(new ClLaunch(device, p, handles::get, ranges));
      long least = Long.MAX_VALUE;
      for (int i = 0; i <= ROUNDS; i++) {
        device.context().finish();
        long began = System.nanoTime();
        launches.forEach(ClLaunch::enqueue);
        device.context().finish();
        if (i > 0) least = Math.min(least, System.nanoTime() - began);
      }
      return least;
    } catch (RuntimeException e) {
      return Long.MAX_VALUE;
    } finally {
      launches.forEach(ClLaunch::close);
      ranges.close();
      memory.forEach(m -> device.free(m[0], m[1]));
    }
  }

  /** What the launches need, as large as the layouts, which may be padded: a kernel that pads would write over the driver's own memory. */
  private static Map<String, List<Place>> places(Task task) {
    var places = new HashMap<String, List<Place>>();
    task.operands.forEach((name, uses) -> places.put(name, uses.stream().<Place>map(u -> new Place.Block(Planner.bytes(Laid.of(task.entry.layouts().get(name), u.columns()), u.value()))).toList()));
    task.entry.scratch().forEach(s -> places.put(s.name(), List.of(new Place.Block(s.bytes().whole(task)))));
    task.entry.packed().forEach(p -> places.put(p.name(), List.of(new Place.Block(p.bytes().whole(task)))));
    return places;
  }

  private static long bytes(Task task) {
    return places(task).values().stream().flatMap(List::stream).mapToLong(p -> ((Place.Block) p).bytes).sum();
  }

  private long memory(long bytes, List<long[]> memory) {
    long handle = device.memory(bytes, "a measurement of kernels");
    memory.add(new long[] {handle, bytes});
    device.context().zero(handle, bytes / 2 * 2);
    return handle;
  }
}
