package org.vulpes.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.graph.Recording;
import org.vulpes.model.Parameter;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Random64;
import org.vulpes.slot.Slot;
import org.vulpes.slot.Snapshot;

/**
 * The optimizer. Its program is recorded and tried out on a device of its own while the run goes on; moments of the same name stay where they are, others begin with what
 * the new optimizer makes of them ({@link Optimizer#begin}), or at zero.
 */
final class OptimizerSlot implements Slot<Optimizer> {
  private static final Map<String, String> MEANINGS = Map.of("m", "m (first moment)", "v", "v (second moment)");

  private final StepPrograms programs;
  private final List<Parameter> trained;
  private final DeviceProvider provider;

  OptimizerSlot(StepPrograms programs, List<Parameter> trained, DeviceProvider provider) {
    this.programs = programs;
    this.trained = trained;
    this.provider = provider;
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
  public Handover prepare(Supplier<Optimizer> maker, Snapshot state) {
    Optimizer tried = maker.get();
    if (new HashSet<>(tried.moments()).size() < tried.moments().size()) throw new InvalidInput("it names a moment twice: " + tried.moments());
    test(tried, UpdateProgram.record(trained, tried));
    Optimizer fresh = maker.get();
    return new Exchange(fresh, UpdateProgram.record(trained, fresh), UpdateProgram.Beginning.record(trained, fresh, programs.update().moments().keySet()));
  }

  /** Two updates of made-up weights by made-up gradients, on one thread of another device: nothing may come out that is not finite. */
  private void test(Optimizer optimizer, Recording recording) {
    try (Device device = provider.open(1)) {
      var parameters = new LinkedHashMap<String, Buffer>();
      var gradients = new HashMap<String, Buffer>();
      for (Parameter p : trained) {
        parameters.put(p.name(), random(device, p, "value"));
        gradients.put(UpdateProgram.GRADIENT + p.name(), random(device, p, "gradient"));
      }
      try (var update = new UpdateProgram(device, trained, parameters, gradients, optimizer, recording, 1, Map.of())) {
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

  private static String told(String moment) {
    return MEANINGS.getOrDefault(moment, moment);
  }

  private final class Exchange implements Handover {
    private final Optimizer optimizer;
    private final Recording recording;
    private final UpdateProgram.Beginning beginning;
    private UpdateProgram before;
    private UpdateProgram fresh;

    Exchange(Optimizer optimizer, Recording recording, UpdateProgram.Beginning beginning) {
      this.optimizer = optimizer;
      this.recording = recording;
      this.beginning = beginning;
    }

    @Override
    public List<Runnable> groundwork() {
      return List.of(() -> {
        before = programs.update();
        fresh = programs.newUpdate(optimizer, recording, beginning, before.moments());
        // Rehearsed, so that the handover meets memory that is there and code that has run.
        fresh.begin();
      });
    }

    @Override
    public Travelled move() {
      fresh.begin();
      programs.update(fresh);
      var carried = new ArrayList<String>();
      var begun = new ArrayList<String>();
      var left = new ArrayList<String>();
      fresh.moments().forEach((name, moment) -> (before.moments().get(name) == moment ? carried : begun).add(told(name) + (beginning.moments().contains(name) ? " from what was there" : "")));
      before.moments().keySet().stream().filter(name -> !fresh.moments().containsKey(name)).map(OptimizerSlot::told).forEach(left::add);
      return new Travelled(carried, begun, left);
    }

    @Override
    public void moveBack() {
      programs.update(before);
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
