package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.model.Parameter;
import org.vulpes.objective.StepBatch;

class MicroBatchesTest {
  private final Workshop workshop = new Workshop();

  @Test
  void ofManyShapesThoseUsedLastAreKept() {
    var config = workshop.config("model.layers = 1");
    Trainee trainee = Trainee.of(config, workshop, 8);
    try (Device device = workshop.<DeviceProvider>create(config, "device").open(1); ModelWeights weights = ModelWeights.allocate(trainee, device)) {
      var gradients = new HashMap<String, Buffer>();
      for (Parameter p : trainee.trained()) gradients.put(UpdateProgram.GRADIENT + p.name(), device.allocate(DType.F32, p.shape().length()));
      try (var batches = new MicroBatches(device, new Recipe(trainee, new TreeMap<>()), weights.buffers(), gradients)) {
        double first = loss(trainee, batches, 2);
        for (int length = 1; length <= MicroBatches.MOST + 6; length++) {
          batches.flops(new MicroBatches.Shape(1, length, true));
          batches.flops(new MicroBatches.Shape(1, 1, true));
        }
        assertEquals(MicroBatches.MOST, batches.shapes().size());
        assertTrue(batches.shapes().contains(new MicroBatches.Shape(1, 1, true)), "used all the time");
        assertFalse(batches.shapes().contains(new MicroBatches.Shape(1, 2, true)), "used once, long ago");
        assertEquals(first, loss(trainee, batches, 2), "made again");
      }
    }
  }

  private static double loss(Trainee trainee, MicroBatches batches, int length) {
    StepBatch batch = Inputs.madeUp(MicroBatches.record(trainee, new MicroBatches.Shape(1, length, true)), 1, length, 8, 1);
    Map<String, Double> statistics = new TreeMap<>();
    return batches.accumulate(batch, 0, 1, statistics);
  }
}
