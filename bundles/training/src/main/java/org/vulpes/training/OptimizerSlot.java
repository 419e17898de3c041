package org.vulpes.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.graph.Recording;
import org.vulpes.model.Parameter;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Maker;
import org.vulpes.slot.Random64;
import org.vulpes.slot.Slot;
import org.vulpes.slot.Snapshot;

/**
 * The optimizer. Its program is recorded and tried out on a device of its own while the run goes on; moments of the same name stay where they are, others begin with what
 * the new optimizer makes of them ({@link Optimizer#begin}), or at zero.
 */
final class OptimizerSlot implements Slot<Optimizer> {
  private static final Map<String, String> MEANINGS = Map.of("m", "m (first moment)", "v", "v (second moment)");

  private final Supplier<Engine> engine;

  OptimizerSlot(Supplier<Engine> engine) {
    this.engine = engine;
  }

  @Override
  public String name() {
    return "optimizer";
  }

  @Override
  public Kind kind() {
    return Kind.PROGRAM;
  }

  /** Moments belong to the run, so there is nothing to take out. */
  @Override
  public Snapshot save() {
    return Snapshot.empty("optimizer");
  }

  @Override
  public Handover prepare(Maker<Optimizer> maker, Snapshot state) {
    Recipe recipe = engine.get().recipe();
    List<Parameter> trained = recipe.trainee().trained();
    Optimizer tried = maker.get();
    if (new HashSet<>(tried.moments()).size() < tried.moments().size()) throw new InvalidInput("it names a moment twice: " + tried.moments());
    test(recipe, tried, UpdateProgram.record(trained, tried));
    Optimizer fresh = maker.get();
    return new Exchange(fresh, UpdateProgram.record(trained, fresh), UpdateProgram.Beginning.record(trained, fresh, engine.get().programs.update().kept()));
  }

  /** Two updates of made-up weights by made-up gradients, on one thread of another device: nothing may come out that is not finite. */
  private void test(Recipe recipe, Optimizer optimizer, Recording recording) {
    try (Device device = engine.get().provider.open(1)) {
      var parameters = new LinkedHashMap<String, Buffer>();
      var gradients = new HashMap<String, Buffer>();
      for (Parameter p : recipe.trainee().trained()) {
        parameters.put(p.name(), random(device, p, "value"));
        gradients.put(UpdateProgram.GRADIENT + p.name(), random(device, p, "gradient"));
      }
      try (var update = new UpdateProgram(device, recipe, parameters, gradients, optimizer, recording, 1, Map.of())) {
        for (int i = 0; i < 2; i++) update.run(optimizer.learningRate());
        parameters.forEach((name, b) -> finite(b, "parameter " + name));
        update.moments().forEach((m, moment) -> moment.buffers().forEach((p, b) -> finite(b, "moment " + m + " of " + p)));
      }
    }
  }

  private static Buffer random(Device device, Parameter p, String purpose) {
    Buffer b = device.allocate(DType.F32, p.shape().length());
    var random = Random64.of(0, purpose, p.name());
    var chunk = new float[(int) Math.min(1 << 14, b.length())];
    for (int i = 0; i < chunk.length; i++) chunk[i] = (float) (0.02 * random.normal(i));
    for (long at = 0; at < b.length(); at += chunk.length) b.write(at, chunk, 0, (int) Math.min(chunk.length, b.length() - at));
    return b;
  }

  private static void finite(Buffer b, String what) {
    var chunk = new float[1 << 14];
    for (long at = 0; at < b.length(); at += chunk.length) {
      int n = (int) Math.min(chunk.length, b.length() - at);
      b.read(at, chunk, 0, n);
      for (int i = 0; i < n; i++) if (!Float.isFinite(chunk[i])) throw new InvalidInput("two updates by made-up gradients leave " + chunk[i] + " in " + what);
    }
  }

  /** @param begun moments that begin from others, with the parameters for which they do */
  static Travelled travelled(Map<String, Set<String>> before, Map<String, Set<String>> after, Map<String, Set<String>> begun) {
    var carried = new ArrayList<String>();
    var begins = new ArrayList<String>();
    var left = new ArrayList<String>();
    after.forEach((name, all) -> {
      Set<String> there = before.getOrDefault(name, Set.of());
      Set<String> derived = begun.getOrDefault(name, Set.of());
      tell(carried, name, all, all.stream().filter(there::contains).count(), "");
      tell(begins, name, all, derived.size(), " from what was there");
      tell(begins, name, all, all.stream().filter(p -> !there.contains(p) && !derived.contains(p)).count(), "");
    });
    before.forEach((name, all) -> {
      Set<String> goes = after.getOrDefault(name, Set.of());
      tell(left, name, all, all.stream().filter(p -> !goes.contains(p)).count(), "");
    });
    return new Travelled(carried, begins, left);
  }

  /** "v (second moment) of 30 of 60 parameters". */
  static void tell(List<String> to, String moment, Set<String> all, long some, String how) {
    if (some > 0) to.add(MEANINGS.getOrDefault(moment, moment) + (some == all.size() ? "" : " of " + some + " of " + all.size() + " parameters") + how);
  }

  private final class Exchange implements Handover {
    private final Optimizer optimizer;
    private final Recording recording;
    private final UpdateProgram.Beginning beginning;
    private UpdateProgram before;
    private UpdateProgram fresh;
    private Travelled travelled;

    Exchange(Optimizer optimizer, Recording recording, UpdateProgram.Beginning beginning) {
      this.optimizer = optimizer;
      this.recording = recording;
      this.beginning = beginning;
    }

    @Override
    public List<Runnable> groundwork() {
      return List.of(() -> {
        var programs = engine.get().programs;
        before = programs.update();
        fresh = programs.newUpdate(engine.get().recipe(), optimizer, recording, beginning, before.moments());
        // Rehearsed, so that the handover meets memory that is there and code that has run.
        fresh.begin();
        travelled = travelled(before.kept(), fresh.kept(), beginning.moments());
      });
    }

    @Override
    public Travelled move() {
      fresh.begin();
      engine.get().programs.update(fresh);
      return travelled;
    }

    @Override
    public void moveBack() {
      engine.get().programs.update(before);
    }

    @Override
    public void settle() {
      fresh.forgetBeginning();
      before.close(fresh.moments());
      before = null;
    }

    @Override
    public void drop() {
      if (fresh != null) fresh.close(before.moments());
      fresh = null;
    }
  }
}
