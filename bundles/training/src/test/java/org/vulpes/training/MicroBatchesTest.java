package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
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

  @Test
  void theFirstOfAStepWritesTheGradientsAndTheOthersAddToThem() {
    var config = workshop.config("model.layers = 1");
    Trainee trainee = Trainee.of(config, workshop, 8);
    try (Device device = workshop.<DeviceProvider>create(config, "device").open(1); ModelWeights weights = ModelWeights.allocate(trainee, device)) {
      weights.initialise(0);
      var gradients = new HashMap<String, Buffer>();
      for (Parameter p : trainee.trained()) gradients.put(UpdateProgram.GRADIENT + p.name(), device.allocate(DType.F32, p.shape().length()));
      try (var batches = new MicroBatches(device, new Recipe(trainee, new TreeMap<>()), weights.buffers(), gradients)) {
        StepBatch batch = Inputs.madeUp(MicroBatches.record(trainee, new MicroBatches.Shape(2, 5, true)), 2, 5, 8, 1);
        var first = new MicroBatches.Shape(1, 5, true);
        // What a step that failed may leave behind.
        gradients.values().forEach(g -> g.write(0, new double[] {Double.NaN}, 0, 1));
        batches.run(first, batch, 1, new TreeMap<>());
        var second = read(gradients);
        batches.accumulate(batch, 0, 1, new TreeMap<>());
        var one = read(gradients);
        batches.accumulate(batch, 1, 1, new TreeMap<>());
        var both = read(gradients);
        one.forEach((name, g) -> {
          double size = Arrays.stream(g).map(Math::abs).max().orElseThrow();
          for (int i = 0; i < g.length; i++) assertEquals(g[i] + second.get(name)[i], both.get(name)[i], 1e-5 * size, name);
        });
        assertEquals(MicroBatches.Shape.of(2, 1, 5), batches.shapes().stream().sorted(MicroBatches.Shape.ORDER.reversed()).toList());
      }
    }
  }

  @Test
  void whatASuccessorDoesNotWriteIsClearedByItsFirstStep() {
    var config = workshop.config("model.layers = 1");
    Trainee trainee = Trainee.of(config, workshop, 8);
    try (Device device = workshop.<DeviceProvider>create(config, "device").open(1); ModelWeights weights = ModelWeights.allocate(trainee, device)) {
      var gradients = new HashMap<String, Buffer>();
      for (Parameter p : trainee.trained()) gradients.put(UpdateProgram.GRADIENT + p.name(), device.allocate(DType.F32, p.shape().length()));
      Buffer gone = device.allocate(DType.F32, 2);
      gradients.put(UpdateProgram.GRADIENT + "of another objective", gone);
      gone.write(0, new double[] {3, 4}, 0, 2);
      try (var batches = new MicroBatches(device, new Recipe(trainee, new TreeMap<>()), weights.buffers(), gradients)) {
        batches.succeed();
        double loss = loss(trainee, batches, 4);
        assertEquals(0, read(gradients).get(UpdateProgram.GRADIENT + "of another objective")[1]);
        assertTrue(loss > 0);
      }
    }
  }

  private static Map<String, double[]> read(Map<String, Buffer> gradients) {
    var out = new TreeMap<String, double[]>();
    gradients.forEach((name, b) -> {
      var all = new double[(int) b.length()];
      b.read(0, all, 0, all.length);
      out.put(name, all);
    });
    return out;
  }

  @Test
  void aStepIsCutIntoShapes() {
    assertEquals(List.of(new MicroBatches.Shape(3, 8, true)), MicroBatches.Shape.of(3, 4, 8));
    assertEquals(List.of(new MicroBatches.Shape(4, 8, true), new MicroBatches.Shape(4, 8, false), new MicroBatches.Shape(1, 8, false)), MicroBatches.Shape.of(13, 4, 8));
    assertEquals(List.of(new MicroBatches.Shape(1, 8, false), new MicroBatches.Shape(1, 8, true)), MicroBatches.Shape.least(MicroBatches.Shape.of(13, 4, 8), 1));
  }

  private static double loss(Trainee trainee, MicroBatches batches, int length) {
    StepBatch batch = Inputs.madeUp(MicroBatches.record(trainee, new MicroBatches.Shape(1, length, true)), 1, length, 8, 1);
    Map<String, Double> statistics = new TreeMap<>();
    return batches.accumulate(batch, 0, 1, statistics);
  }
}
