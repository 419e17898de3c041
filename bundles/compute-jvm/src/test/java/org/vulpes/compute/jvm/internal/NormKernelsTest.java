package org.vulpes.compute.jvm.internal;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.graph.operations.*;

class NormKernelsTest {
  @AfterAll
  static void figures() {
    Figures.print();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6, 16, 20, 64, 128, 130, 1000})
  void rmsNormFollowsFloat64(int group) {
    for (int groups : new int[] {1, 3}) {
      for (boolean offset : new boolean[] {false, true}) {
        int width = group * groups;
        new KernelCheck(new RmsNorm(1e-5, offset), group).random(3, 67, width).random(group).gives(3, 67, width).gives(3, 67, groups).run();
        new KernelCheck(new RmsNormGradient(offset), group).random(3, 67, width).random(group).positive(3, 67, groups).random(3, 67, width)
            .gives(3, 67, width).gives(group).shifted(1).run();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 6, 16, 20, 64, 128, 130, 1000})
  void layerNormFollowsFloat64(int width) {
    new KernelCheck(new LayerNorm(1e-5), width).random(5, 41, width).random(width).random(width).gives(5, 41, width).gives(5, 41, 1).gives(5, 41, 1).run();
    new KernelCheck(new LayerNorm(1e-5), width).random(5, 41, width).random(width).gives(5, 41, width).gives(5, 41, 1).gives(5, 41, 1).shifted(1).run();
    new KernelCheck(new LayerNormGradient(), width).random(5, 41, width).random(width).random(5, 41, 1).positive(5, 41, 1).random(5, 41, width)
        .gives(5, 41, width).gives(width).gives(width).run();
  }
}
