package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.graph.operations.*;

class ElementwiseKernelsTest {
  @AfterAll
  static void figures() {
    Figures.print();
  }

  private static final int[] COLUMNS = {1, 3, 7, 16, 33, 130};

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 300, 8192, 20_000})
  void arithmeticFollowsFloat64(int n) {
    for (int shift : new int[] {0, 3}) {
      new KernelCheck(new Add(), n).random(n).random(n).gives(n).shifted(shift).run();
      new KernelCheck(new Add(), n).random(n).random(n).gives(n).inPlace(0, 0).run();
      new KernelCheck(new Add(), n).random(n).random(n).gives(n).accumulating().shifted(shift).run();
      new KernelCheck(new Multiply(), n).random(n).random(n).gives(n).shifted(shift).run();
      new KernelCheck(new Multiply(), n).random(n).random(n).gives(n).inPlace(0, 0).run();
      new KernelCheck(new Multiply(), n).random(n).random(n).gives(n).accumulating().run();
      new KernelCheck(new Scale(0.37), n).random(n).gives(n).shifted(shift).run();
      new KernelCheck(new Scale(0.37), n).random(n).gives(n).inPlace(0, 0).run();
      new KernelCheck(new Scale(-3), n).random(n).gives(n).accumulating().run();
      new KernelCheck(new ScaleBy(), n).random(n).random(1).gives(n).shifted(shift).run();
      new KernelCheck(new ScaleBy(), n).random(n).random(1).gives(n).inPlace(0, 0).run();
      new KernelCheck(new ScaleBy(), n).random(n).random(1).gives(n).accumulating().run();
      new KernelCheck(new Dot(), n).positive(n).positive(n).gives(1).shifted(shift).run();
    }
  }

  @Test
  void sumsOverRowsAndBiasesFollowFloat64() {
    for (int columns : COLUMNS) {
      for (int rows : new int[] {1, 5, 700}) {
        new KernelCheck(new AddBias(), rows).random(rows, columns).random(columns).gives(rows, columns).shifted(1).run();
        new KernelCheck(new AddBias(), rows).random(rows, columns).random(columns).gives(rows, columns).inPlace(0, 0).run();
        new KernelCheck(new SumRows(), rows).random(rows, columns).gives(columns).run();
        new KernelCheck(new SumRows(), rows).random(rows, columns).gives(columns).accumulating().shifted(5).run();
      }
    }
    new KernelCheck(new SumRows(), 1).random(3, 1500).gives(1500).run();
  }

  @Test
  void columnsAreCutAndJoined() {
    for (int columns : COLUMNS) {
      int total = columns + 9;
      new KernelCheck(new Slice(4, columns), 1).random(3, 11, total).gives(3, 11, columns).run();
      new KernelCheck(new Slice(0, total), 1).random(300, total).gives(300, total).shifted(1).run();
      for (int start : new int[] {0, 4, 9}) {
        new KernelCheck(new Pad(start, total), 1).random(2, 50, columns).gives(2, 50, total).run();
        new KernelCheck(new Pad(start, total), 1).random(2, 50, columns).gives(2, 50, total).accumulating().shifted(1).run();
      }
      new KernelCheck(new Concat(), 1).random(40, columns).random(40, 3).random(40, 20).gives(40, columns + 23).run();
    }
  }

  @Test
  void embeddingsAreLookedUpAndTheirGradientsAddedUp() {
    for (int width : COLUMNS) {
      new KernelCheck(new Embedding(), 1).random(37, width).ids(37, 3, 50).gives(3, 50, width).run();
      new KernelCheck(new EmbeddingGradient(37), 1).ids(37, 3, 50).random(3, 50, width).gives(37, width).run();
      new KernelCheck(new EmbeddingGradient(1000), 1).ids(37, 3, 50).random(3, 50, width).gives(1000, width).run();
      new KernelCheck(new EmbeddingGradient(37), 1).ids(11, 3, 50).random(3, 50, width).gives(37, width).accumulating().run();
    }
  }

  @Test
  void ropeTurnsAndTurnsBack() {
    int[][] heads = {{2, 2}, {4, 4}, {6, 6}, {6, 4}, {8, 8}, {16, 16}, {16, 8}, {20, 20}, {32, 32}, {32, 16}, {64, 64}, {64, 48}, {128, 128}, {256, 64}};
    for (int[] h : heads) {
      for (boolean inverse : new boolean[] {false, true}) {
        var rope = new Rope(h[0], h[1], inverse);
        new KernelCheck(rope, 1).random(2, 19, 3 * h[0]).random(19, h[1] / 2).random(19, h[1] / 2).gives(2, 19, 3 * h[0]).run();
        new KernelCheck(rope, 2).random(2, 19, 3 * h[0]).random(19, h[1] / 2).random(19, h[1] / 2).gives(2, 19, 3 * h[0]).inPlace(0, 0).shifted(1).run();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationsFollowFloat64(Activation kind) {
    for (int n : new int[] {1, 5, 16, 100, 9000}) {
      new KernelCheck(new Activate(kind), n).scaled(1.5, n).gives(n).run();
      new KernelCheck(new Activate(kind), n).scaled(1.5, n).gives(n).inPlace(0, 0).run();
      new KernelCheck(new ActivateGradient(kind), n).scaled(1.5, n).random(n).gives(n).run();
      new KernelCheck(new ActivateGradient(kind), n).scaled(1.5, n).random(n).gives(n).inPlace(0, 1).run();
      new KernelCheck(new GatedActivation(kind), n).scaled(1.5, n).random(n).gives(n).shifted(1).run();
      new KernelCheck(new GatedActivationGradient(kind), n).scaled(1.5, n).random(n).random(n).gives(n).gives(n).run();
    }
  }
}
