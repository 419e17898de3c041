package org.vulpes.kernels.opencl.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vulpes.compute.Device;
import org.vulpes.graph.Operation;
import org.vulpes.graph.operations.*;
import org.vulpes.graph.reference.OddSizes;
import org.vulpes.graph.reference.OperationCheck;

/** Every kernel against the float64 definition of its operation, in panels and at odd sizes, with poisoned outputs; accumulating and in place where the operation offers that. */
class KernelsTest {
  private static Device device;
  private static long seed;

  @BeforeAll
  static void open() {
    device = Cpu.open();
    seed = System.nanoTime();
  }

  @AfterAll
  static void close() {
    if (device != null) device.close();
  }

  static List<OperationCheck> checks() {
    var all = new ArrayList<OperationCheck>();
    products(all);
    losses(all);
    attention(all);
    all.addAll(OddSizes.of(seed, CacheWrite.class, CachedAttention.class));
    distributions(all);
    norms(all);
    elementwise(all);
    updates(all);
    return all;
  }

  private static void check(List<OperationCheck> all, Operation operation, int[]... sizes) {
    all.add(OperationCheck.of(operation, seed + all.size(), sizes));
  }

  private static int[] of(int... sizes) {
    return sizes;
  }

  private static void products(List<OperationCheck> all) {
    for (int[] s : new int[][] {{1, 64, 96}, {37, 96, 64}, {111, 32, 160}, {5, 70, 33}, {29, 96, 33}, {64, 7, 32}}) {
      int m = s[0], k = s[1], n = s[2];
      check(all, new MatMul(false, true), of(1, m, k), of(n, k));
      check(all, new MatMul(false, false), of(m, k), of(k, n));
      check(all, new MatMul(true, false), of(k, m), of(k, n));
      check(all, new MatMul(true, true), of(k, m), of(n, k));
    }
    // Left operands whose columns, which are the result's rows, fill panels.
    check(all, new MatMul(true, false), of(41, 64), of(41, 96));
  }

  private static void losses(List<OperationCheck> all) {
    // Of the last one the tokens are worked on in two chunks.
    for (int[] s : new int[][] {{3, 15, 64, 517}, {1, 1, 32, 5}, {2, 9, 20, 301}, {5, 70, 32, 260}, {5, 70, 32, 4101}}) {
      int[] hidden = of(s[0], s[1], s[2]), weight = of(s[3], s[2]), rows = of(s[0], s[1]);
      check(all, new LinearCrossEntropy(), hidden, weight, rows);
      check(all, new LinearCrossEntropy(true), hidden, weight, rows);
      check(all, new LinearCrossEntropyGradient(), hidden, weight, rows, rows, rows);
      check(all, new LinearCrossEntropyGradient(true), hidden, weight, rows, rows, rows, of(s[0], s[1], s[3]));
    }
  }

  private static void distributions(List<OperationCheck> all) {
    for (int[] s : new int[][] {{3, 15, 517}, {1, 1, 5}, {7, 11, 96}}) {
      for (var d : List.of(new Divergence(1, 0, 0, 1), new Divergence(0, 1, 1, 2), new Divergence(0.3, 0.7, 0.3, 0.7), new Divergence(0, 1, 0.9, 1))) {
        check(all, d, s, s);
        check(all, new DivergenceGradient(d), s, s, of(s[0], s[1]));
      }
    }
  }

  private static void attention(List<OperationCheck> all) {
    for (int[] s : new int[][] {{2, 37, 4, 2, 32}, {1, 129, 2, 1, 64}, {3, 70, 6, 2, 16}, {2, 50, 3, 1, 20}}) {
      for (int window : of(0, 9)) {
        int[] q = of(s[0], s[1], s[2] * s[4]), k = of(s[0], s[1], s[3] * s[4]), first = of(s[0], s[1]);
        check(all, new Attention(s[2], s[3], s[4], 0.2, window), q, k, k, first);
        check(all, new AttentionGradient(s[2], s[3], s[4], 0.2, window), q, k, k, first, q, of(s[0], s[1], s[2]), q);
      }
    }
  }

  private static void norms(List<OperationCheck> all) {
    for (int[] s : new int[][] {{37, 96, 96}, {5, 7, 7}, {9, 60, 20}, {33, 128, 16}, {6, 32, 8}, {3, 66, 33}}) {
      for (boolean offset : new boolean[] {false, true}) {
        check(all, new RmsNorm(1e-5, offset), of(s[0], s[1]), of(s[2]));
        check(all, new RmsNormGradient(offset), of(s[0], s[1]), of(s[2]), of(s[0], s[1] / s[2]), of(s[0], s[1]));
      }
      int[] x = of(s[0], s[1]), w = of(s[1]), one = of(s[0], 1);
      check(all, new LayerNorm(1e-5), x, w, w);
      check(all, new LayerNorm(1e-5), x, w);
      check(all, new LayerNormGradient(), x, w, one, one, x);
    }
  }

  private static void elementwise(List<OperationCheck> all) {
    for (int[] s : new int[][] {{9, 4, 32, 32}, {9, 4, 16, 16}, {5, 3, 64, 64}, {5, 3, 20, 10}, {5, 2, 48, 16}}) {
      for (boolean inverse : new boolean[] {false, true}) check(all, new Rope(s[2], s[3], inverse), of(2, s[0], s[1] * s[2]), of(s[0], s[3] / 2), of(s[0], s[3] / 2));
    }
    for (int n : of(1, 77, 5003)) {
      check(all, new Add(), of(n), of(n));
      check(all, new Multiply(), of(n), of(n));
      check(all, new Scale(0.3), of(n));
      check(all, new ScaleBy(), of(n), of(1));
      for (Activation kind : Activation.values()) {
        check(all, new Activate(kind), of(n));
        check(all, new ActivateGradient(kind), of(n), of(n));
        check(all, new GatedActivation(kind), of(n), of(n));
        check(all, new GatedActivationGradient(kind), of(n), of(n), of(n));
      }
    }
    check(all, new Dot(), of(9001), of(9001));
    for (int[] s : new int[][] {{37, 96, 50}, {9, 33, 4}}) {
      check(all, new Embedding(), of(s[2], s[1]), of(3, s[0]));
      check(all, new EmbeddingGradient(s[2]), of(s[0]), of(s[0], s[1]));
      check(all, new AddBias(), of(s[0], s[1]), of(s[1]));
      check(all, new SumRows(), of(s[0], s[1]));
      check(all, new Slice(2, 19), of(s[0], s[1]));
      check(all, new Pad(7, 200), of(s[0], s[1]));
      check(all, new Concat(), of(s[0], s[1]), of(s[0], 3), of(s[0], 20));
    }
  }

  private static void updates(List<OperationCheck> all) {
    for (int n : of(3, 5003)) {
      for (boolean decay : new boolean[] {false, true}) {
        check(all, new AdamW(decay), of(n), of(n), of(n), of(n), of(1), of(8));
        check(all, new Lion(decay), of(n), of(n), of(n), of(1), of(8));
      }
      check(all, new SquaredNorm(), of(n), of(5), of(3, 40));
    }
    check(all, new ClipFactor(), of(1), of(1));
  }

  static List<OperationCheck> longest() {
    return OddSizes.longest(seed);
  }

  @ParameterizedTest
  @MethodSource({"checks", "longest"})
  void agreesWithTheDefinition(OperationCheck check) {
    double[][] out = check.run(device);
    // Logits of normal numbers are as large as 40, and carry their rounding into the exponent.
    double most = check.operation().family().equals("loss") ? 3e-5 : 5e-6;
    assertTrue(check.error(out) < most, () -> check.error(out) + ", seed " + seed + ": " + check.describe(out));
    double[][] again = check.run(device);
    for (int o = 0; o < out.length; o++) assertArrayEquals(out[o], again[o], "must repeat itself");
    if (check.operation().accumulates()) {
      double[][] added = check.accumulate(device);
      assertTrue(check.error(added) < 5e-6, () -> check.describe(added));
    }
    if (check.operation().inPlace(0) >= 0) {
      double[][] over = check.inPlace(device);
      assertTrue(check.error(over) < 5e-6, () -> check.describe(over));
    }
  }

  /** A run that diverges is found by its NaN, so no kernel may swallow one. */
  @Test
  void whatIsNoNumberStaysNone() {
    int[] rows = of(1, 40), wide = of(1, 40, 32);
    poisoned(new LinearCrossEntropy(), 0, 70, wide, of(70, 32), rows);
    poisoned(new Attention(2, 1, 16, 0.3, 0), 1, 70, wide, of(1, 40, 16), of(1, 40, 16), rows);
    poisoned(new Attention(2, 1, 16, 0.3, 0), 0, 70, wide, of(1, 40, 16), of(1, 40, 16), rows);
    poisoned(new RmsNorm(1e-5, false), 0, 70, wide, of(32));
    for (Activation kind : Activation.values()) poisoned(new GatedActivation(kind), 0, 70, wide, wide);
    poisoned(new SquaredNorm(), 1, 3, of(7), of(9));
    poisoned(new ClipFactor(), 0, 0, of(1), of(1));
  }

  private static void poisoned(Operation operation, int input, int element, int[]... sizes) {
    OperationCheck check = OperationCheck.of(operation, seed, sizes);
    check.inputs()[input][element] = Double.NaN;
    assertTrue(Arrays.stream(check.run(device)[0]).anyMatch(Double::isNaN), operation::toString);
  }

  @Test
  void hasTestedSomething() {
    assertTrue(checks().size() > 100);
  }
}
