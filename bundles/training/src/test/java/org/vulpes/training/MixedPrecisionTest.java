package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.Memory;
import org.vulpes.objective.StepBatch;
import org.vulpes.optimizer.Optimizer;

/** What is stored in bf16 where the configuration asks for it: half of what a step keeps for its backward pass, and losses beside those of fp32 and of float64. */
@ResourceLock("OpenCL")
class MixedPrecisionTest {
  private static final String MODEL = "model { width = 64, layers = 4, attention.gqa { heads = 4, kv-heads = 2 }, feedforward.gated.width = 176 }, optimizer.adamw.lr = 3e-3";
  private final Workshop workshop = new Workshop();
  private final Config config = workshop.config(MODEL);
  private final Trainee trainee = Trainee.of(config, workshop, 64);

  private MicroBatches.Shape shape() {
    return new MicroBatches.Shape(4, 64, true);
  }

  @Test
  void whatIsKeptForTheBackwardPassTakesLittleMoreThanHalf() {
    OpenClFromFolders.orSkip();
    var program = MicroBatches.record(trainee, shape()).program();
    try (Device whole = OpenClFromFolders.open(false); Device half = OpenClFromFolders.open(true)) {
      Memory fp32 = whole.needs(program, List.of()), bf16 = half.needs(program, List.of());
      long weights = trainee.policy().count().total();
      assertTrue(bf16.largest() < 0.62 * fp32.largest(), () -> "planned memory: " + bf16 + " of " + fp32);
      assertTrue(bf16.bytes() - bf16.largest() <= 2 * weights, () -> "copies of weights: " + bf16);
    }
  }

  /** One batch again and again, so that the loss falls a long way. */
  private List<Double> losses(Device device, int steps) {
    Optimizer optimizer = workshop.create(config, "optimizer");
    var out = new ArrayList<Double>();
    try (device; ModelWeights weights = ModelWeights.allocate(trainee, device)) {
      weights.initialise(0);
      try (var programs = new StepPrograms(device, new Recipe(trainee, new TreeMap<>()), weights.buffers(), optimizer, 1)) {
        StepBatch batch = Inputs.madeUp(MicroBatches.record(trainee, shape()), 4, 64, 64, 1);
        for (int i = 0; i < steps; i++) {
          out.add(programs.accumulate(batch, 0, 4, new TreeMap<>()));
          programs.apply(3e-3);
        }
      }
    }
    return out;
  }

  @Test
  void lossesFollowThoseOfFloat64AsFarAsRoundingLetsThem() {
    OpenClFromFolders.orSkip();
    List<Double> exact = losses(workshop.<DeviceProvider>create(workshop.config("device.use = reference"), "device").open(1), 15), rounded = losses(OpenClFromFolders.open(true), 15);
    assertTrue(exact.getLast() < 0.7 * exact.getFirst(), exact::toString);
    for (int i = 0; i < exact.size(); i++) assertEquals(exact.get(i), rounded.get(i), 0.01 * exact.get(i), "loss of step " + (i + 1) + " of " + rounded);
    assertEquals(rounded.subList(0, 3), losses(OpenClFromFolders.open(true), 3), "repeats itself");
  }
}
