package org.vulpes.training;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.model.Parameter;
import org.vulpes.objective.StepBatch;
import org.vulpes.slot.InvalidInput;

/** Loss and gradients of made-up tokens at fresh weights, on one thread of a device of its own: what a candidate has to show before it may take over. */
final class Rehearsal {
  private final Map<String, float[]> values;

  private Rehearsal(Map<String, float[]> values) {
    this.values = values;
  }

  /** @param shape of the micro-batch, one of {@link MicroBatches.Shape#least} */
  static Rehearsal of(DeviceProvider provider, Recipe recipe, MicroBatches.Shape shape) {
    Trainee trainee = recipe.trainee();
    try (Device device = provider.open(1); ModelWeights weights = ModelWeights.allocate(trainee, device)) {
      weights.initialise(0);
      weights.frozen().values().forEach(w -> w.initialise(0));
      var recording = MicroBatches.record(trainee, shape);
      var gradients = new LinkedHashMap<String, Buffer>();
      for (Parameter p : trainee.trained()) gradients.put(UpdateProgram.GRADIENT + p.name(), device.allocate(DType.F32, p.shape().length()));
      var out = new LinkedHashMap<String, float[]>();
      try (var micro = new MicroBatches(device, recipe, weights.buffers(), gradients)) {
        micro.prepare(shape, recording);
        StepBatch batch = Inputs.madeUp(recording, shape.sequences(), shape.length(), trainee.policy().vocabulary(), 1);
        out.put("loss", new float[] {(float) micro.run(shape, batch, 0, new HashMap<>())});
        gradients.forEach((name, b) -> {
          var all = new float[Math.toIntExact(b.length())];
          b.read(0, all, 0, all.length);
          out.put(name, all);
        });
      }
      return new Rehearsal(out);
    }
  }

  /** @throws InvalidInput when a number is not finite */
  void finite() {
    values.forEach((name, all) -> {
      for (float x : all) if (!Float.isFinite(x)) throw new InvalidInput("made-up tokens give " + x + " in its " + name);
    });
  }

  /**
   * @param tolerance largest distance of a gradient, as a share of its size
   * @param expected what it differs from, for the complaint: "the device's own kernels"
   * @throws InvalidInput when the loss or a gradient lies further from the other's
   */
  void near(Rehearsal other, double tolerance, String expected) {
    other.values.forEach((name, e) -> {
      double distance = 0;
      double norm = 0;
      float[] f = values.get(name);
      for (int i = 0; i < e.length; i++) {
        distance += ((double) f[i] - e[i]) * ((double) f[i] - e[i]);
        norm += (double) e[i] * e[i];
      }
      if (!(Math.sqrt(distance) <= tolerance * Math.sqrt(norm) + 1e-12)) {
        throw new InvalidInput(String.format(Locale.ROOT, "its %s differs from that of %s by %.2g of its size, more than %.0e", name, expected, Math.sqrt(distance / norm), tolerance));
      }
    });
  }
}
