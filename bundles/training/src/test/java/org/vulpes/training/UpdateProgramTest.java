package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.model.Weights;
import org.vulpes.optimizer.Optimizer;

/** What becomes of the moments when one optimizer takes over from another, against the formulas by hand in float64. */
class UpdateProgramTest {
  private final Workshop workshop = new Workshop();

  private Optimizer optimizer(String use, String options) {
    return workshop.<Optimizer>plugin("optimizer", use).create(org.vulpes.slot.Options.of(options));
  }

  private static double first(Buffer b) {
    var v = new double[1];
    b.read(0, v, 0, 1);
    return v[0];
  }

  @Test
  void adamGoesOnWithLionsMomentumAndBeginsItsSecondMomentFromIt() {
    var config = workshop.config("device.use = reference");
    Decoder model = Decoder.of(config, workshop, 8);
    var recipe = new Recipe(Trainee.of(model, workshop.create(config, "objective")), Map.of());
    Optimizer lion = optimizer("lion", "lr = 0.01, beta1 = 0.9, beta2 = 0.99, weight-decay = 0");
    Optimizer adam = optimizer("adamw", "lr = 0.01, beta1 = 0.9, beta2 = 0.95, epsilon = 1e-8, weight-decay = 0");
    Parameter p = model.parameters().getFirst();
    try (Device device = workshop.<DeviceProvider>create(config, "device").open(1); Weights weights = Weights.allocate(model, device)) {
      weights.initialise(1);
      var gradients = new HashMap<String, Buffer>();
      for (Parameter q : model.parameters()) gradients.put(UpdateProgram.GRADIENT + q.name(), device.allocate(DType.F32, q.shape().length()));
      gradients.get(UpdateProgram.GRADIENT + p.name()).write(0, new double[] {0.5}, 0, 1);
      var before = new UpdateProgram(device, recipe, weights.buffers(), gradients, lion, UpdateProgram.record(model.parameters(), lion), 0, Map.of());
      for (int i = 0; i < 3; i++) before.run(0.01);
      double m = 0.5 * (1 - Math.pow(0.99, 3));
      assertEquals(m, first(before.moments().get("m").buffers().get(p.name())), 1e-12);

      var moments = new LinkedHashMap<>(before.moments());
      var beginning = UpdateProgram.Beginning.record(model.parameters(), adam, before.kept());
      assertEquals(Set.of("v"), beginning.moments().keySet());
      var after = new UpdateProgram(device, recipe, weights.buffers(), gradients, adam, UpdateProgram.record(model.parameters(), adam), 0, moments);
      after.prepareBeginning(device, beginning, moments);
      after.begin();
      assertSame(before.moments().get("m"), after.moments().get("m"), "the values stay where they are");
      assertEquals(3, after.moments().get("v").updates);
      double v = m * m * 1.9 / 0.1;
      assertEquals(v, first(after.moments().get("v").buffers().get(p.name())), 1e-12);

      double value = first(weights.buffers().get(p.name()));
      after.run(0.01);
      m = 0.9 * m + 0.1 * 0.5;
      v = 0.95 * v + 0.05 * 0.25;
      double step = 0.01 * (m / (1 - Math.pow(0.9, 4))) / (Math.sqrt(v / (1 - Math.pow(0.95, 4))) + 1e-8);
      assertEquals(value - step, first(weights.buffers().get(p.name())), 1e-12);
      after.forgetBeginning();
      before.close(after.moments());
      after.close();
    }
  }

  @Test
  void momentThatNothingPrecedesCountsItsOwnUpdates() {
    Optimizer adam = optimizer("adamw", "lr = 0.01, beta1 = 0.9, beta2 = 0.95, epsilon = 1e-8, weight-decay = 0");
    double[] fresh = adam.hyper(new long[] {100, 1}, 0.01);
    assertEquals(1 - Math.pow(0.9, 100), fresh[5], 1e-15);
    assertEquals(0.05, fresh[6], 1e-12);
    var beginning = UpdateProgram.Beginning.record(Decoder.of(workshop.config(""), workshop, 8).parameters(), adam, Map.of());
    assertTrue(beginning.moments().isEmpty());
  }
}
