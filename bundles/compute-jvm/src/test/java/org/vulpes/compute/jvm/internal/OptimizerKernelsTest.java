package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.graph.operations.*;

class OptimizerKernelsTest {
  @AfterAll
  static void figures() {
    Figures.print();
  }

  private static final double[] HYPER = {3e-2, 0.9, 0.95, 1e-8, 0.1, 0.271, 0.14, 0};

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 77, 9000})
  void updatesFollowFloat64(int n) {
    for (boolean decay : new boolean[] {false, true}) {
      var adamW = new KernelCheck(new AdamW(decay), n).random(n).random(n).random(n).positive(n).positive(1).values(HYPER, 8).gives(n).gives(n).gives(n);
      adamW.run();
      adamW.inPlace(0, 0).inPlace(1, 2).inPlace(2, 3).run();
      var lion = new KernelCheck(new Lion(decay), n).random(n).random(n).random(n).positive(1).values(HYPER, 8).gives(n).gives(n).shifted(1);
      lion.run();
      lion.inPlace(0, 0).inPlace(1, 2).run();
    }
  }

  @Test
  void lionStandsStillWhereTheDirectionIsZero() {
    float[][] y = new KernelCheck(new Lion(false), 1).values(new double[] {2, 2, 2}, 3).values(new double[] {0, 1, -1}, 3).values(new double[3], 3)
        .values(new double[] {1}, 1).values(HYPER, 8).gives(3).gives(3).run();
    assertEquals(2f, y[0][0]);
    assertEquals(2f - 3e-2f, y[0][1]);
    assertEquals(2f + 3e-2f, y[0][2]);
  }

  @Test
  void theNormIsOverAllInputs() {
    new KernelCheck(new SquaredNorm(), 1).random(3, 7).gives(1).run();
    new KernelCheck(new SquaredNorm(), 1).random(40_000).random(1).random(8192).random(17, 9).gives(1).shifted(1).run();
  }

  @Test
  void clippingStartsAtTheLimit() {
    for (double limit : new double[] {-1, 0, 0.5, 2, 100}) new KernelCheck(new ClipFactor(), 1).values(new double[] {7}, 1).values(new double[] {limit}, 1).gives(1).run();
  }
}
