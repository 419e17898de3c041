package org.vulpes.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceInfo;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.OwnKernels;
import org.vulpes.model.Parameter;
import org.vulpes.objective.StepBatch;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Slot;
import org.vulpes.slot.Snapshot;

/**
 * A family of kernels. The programs of all shapes in use are recorded and held against the device's own kernels while the run goes on, then prepared one between two
 * steps; the table of them moves. Validation goes on with the kernels that the run began with, so that measures before and after compare.
 */
final class KernelsSlot implements Slot<KernelFamily> {
  /** Largest relative distance of a gradient from the one by the device's own kernels: some thousand roundings of F32. */
  private static final double TOLERANCE = 1e-3;

  private final String family;
  private final StepPrograms programs;
  private final Trainee trainee;
  private final DeviceProvider provider;
  private final DeviceInfo device;

  KernelsSlot(String family, StepPrograms programs, Trainee trainee, DeviceProvider provider, DeviceInfo device) {
    this.family = family;
    this.programs = programs;
    this.trainee = trainee;
    this.provider = provider;
    this.device = device;
  }

  @Override
  public String name() {
    return "kernels." + family;
  }

  @Override
  public Kind kind() {
    return Kind.PROGRAM;
  }

  @Override
  public Snapshot save() {
    return Snapshot.empty(name());
  }

  @Override
  public Handover prepare(Supplier<KernelFamily> maker, Snapshot state) {
    KernelFamily candidate = check(maker.get(), device);
    var shapes = programs.accumulate().shapes().stream().sorted(java.util.Comparator.comparing(MicroBatches.Shape::length).thenComparing(MicroBatches.Shape::sequences)).toList();
    for (var shape : shapes) if (!(candidate instanceof OwnKernels)) compare(candidate, new MicroBatches.Shape(trainee.objective().together(), shape.length()));
    return new Exchange(candidate, shapes);
  }

  /** @throws InvalidInput when the family is another, or cannot work on this device */
  static KernelFamily check(KernelFamily candidate, DeviceInfo device) {
    candidate.refusal(device).ifPresent(why -> {
      throw new InvalidInput(why);
    });
    return candidate;
  }

  /** Loss and gradients of made-up tokens, on one thread of another device, by both kernels. */
  private void compare(KernelFamily candidate, MicroBatches.Shape shape) {
    var recording = MicroBatches.record(trainee, shape);
    try (Device own = provider.open(1); ModelWeights weights = ModelWeights.allocate(trainee, own)) {
      weights.initialise(0);
      weights.frozen().values().forEach(w -> w.initialise(0));
      var expected = gradients(own, weights, recording, shape, List.of());
      var found = gradients(own, weights, recording, shape, List.of(candidate));
      expected.forEach((name, e) -> {
        double distance = 0;
        double norm = 0;
        float[] f = found.get(name);
        for (int i = 0; i < e.length; i++) {
          distance += ((double) f[i] - e[i]) * ((double) f[i] - e[i]);
          norm += (double) e[i] * e[i];
        }
        if (!(Math.sqrt(distance) <= TOLERANCE * Math.sqrt(norm) + 1e-12)) {
          throw new InvalidInput(String.format(java.util.Locale.ROOT, "its %s differs from that of the device's own kernels by %.2g of its size, more than %.0e", name, Math.sqrt(distance / norm), TOLERANCE));
        }
      });
    }
  }

  private Map<String, float[]> gradients(Device own, ModelWeights weights, org.vulpes.graph.Recording recording, MicroBatches.Shape shape, List<KernelFamily> families) {
    var buffers = new LinkedHashMap<String, Buffer>();
    for (Parameter p : trainee.trained()) buffers.put(UpdateProgram.GRADIENT + p.name(), own.allocate(DType.F32, p.shape().length()));
    var out = new HashMap<String, float[]>();
    try (var micro = new MicroBatches(own, trainee, weights.buffers(), buffers, families)) {
      micro.prepare(shape, recording);
      StepBatch batch = Inputs.madeUp(recording, shape.sequences(), shape.length(), trainee.policy().vocabulary(), 1);
      out.put("loss", new float[] {(float) micro.accumulate(batch, 0, shape.sequences(), new HashMap<>())});
      buffers.forEach((name, b) -> {
        var values = new float[Math.toIntExact(b.length())];
        b.read(0, values, 0, values.length);
        out.put(name, values);
      });
    } finally {
      buffers.values().forEach(Buffer::close);
    }
    return out;
  }

  private final class Exchange implements Handover {
    private final KernelFamily candidate;
    private final List<MicroBatches.Shape> shapes;
    private MicroBatches before;
    private MicroBatches fresh;

    Exchange(KernelFamily candidate, List<MicroBatches.Shape> shapes) {
      this.candidate = candidate;
      this.shapes = shapes;
    }

    @Override
    public List<Runnable> groundwork() {
      var out = new ArrayList<Runnable>();
      out.add(() -> fresh = programs.newAccumulate(List.of(candidate)));
      for (var shape : shapes) {
        var recording = MicroBatches.record(trainee, shape);
        out.add(() -> fresh.prepare(shape, recording));
      }
      return out;
    }

    @Override
    public Travelled move() {
      before = programs.accumulate();
      programs.accumulate(fresh);
      return new Travelled(List.of(), List.of(), List.of());
    }

    @Override
    public void moveBack() {
      programs.accumulate(before);
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
}
