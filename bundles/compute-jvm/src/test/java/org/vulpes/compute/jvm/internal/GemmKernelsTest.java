package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.compute.DeviceInfo;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.UnsupportedKernel;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.slot.Options;

/** Matrix products against float64, in every transposition case. */
class GemmKernelsTest {
  /** Tighter than the 1e-5 that is demanded: the largest error measured is 9.3e-7, at the longest k. */
  static final double TOLERANCE = 1.5e-6;

  record Case(int m, int n, int k, boolean transposeA, boolean transposeB, boolean add) {
    float[] a() {
      return OneCall.random(31L * m + k, m * k);
    }

    float[] b() {
      return OneCall.random(17L * n + k, n * k);
    }

    float[] c() {
      return OneCall.random(5L * n + m, n * m);
    }

    OneCall call() {
      var call = new OneCall(new MatMul(transposeA, transposeB));
      if (transposeA) call.in(a(), k, m); else call.in(a(), m, k);
      if (transposeB) call.in(b(), n, k); else call.in(b(), k, n);
      return add ? call.out(c(), m, n).accumulate() : call.out(m, n);
    }

    double[] reference() {
      float[] a = a();
      float[] b = b();
      float[] c = c();
      var out = new double[m * n];
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = add ? c[i * n + j] : 0;
          for (int x = 0; x < k; x++) sum += (double) a[transposeA ? x * m + i : i * k + x] * b[transposeB ? j * k + x : x * n + j];
          out[i * n + j] = sum;
        }
      }
      return out;
    }
  }

  static List<Case> cases() {
    int[][] shapes = {
      {1, 1, 1}, {1, 7, 3}, {2, 33, 17}, {3, 1, 300}, {5, 16, 1}, {7, 31, 16}, {8, 32, 64}, {9, 47, 65}, {13, 49, 31}, {24, 96, 33},
      {50, 65, 257}, {61, 300, 40}, {129, 130, 513}, {520, 40, 24}, {257, 264, 96}, {16, 16, 2050}, {400, 320, 260}
    };
    var cases = new ArrayList<Case>();
    for (int[] s : shapes) {
      for (int form = 0; form < 8; form++) cases.add(new Case(s[0], s[1], s[2], (form & 1) != 0, (form & 2) != 0, (form & 4) != 0));
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithFloat64(Case c) {
    double error = OneCall.error(c.call().run(1)[0], c.reference());
    assertTrue(error <= TOLERANCE, () -> c + ": error " + error);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void naiveProductAgreesWithFloat64AndHasTheBitsOfThePackedOne(Case c) {
    float[] naive = c.call().by(new NaiveGemm().create(Options.of(""))).run(2)[0];
    double error = OneCall.error(naive, c.reference());
    assertTrue(error <= TOLERANCE, () -> c + ": error " + error);
    assertArrayEquals(c.call().by(new PackedGemm().create(Options.of(""))).run(1)[0], naive);
  }

  @Test
  void kernelsOfAnotherDeviceAreRefused() {
    var foreign = new KernelFamily() {
      @Override
      public String family() {
        return "gemm";
      }

      @Override
      public String name() {
        return "blocked";
      }

      @Override
      public Optional<String> refusal(DeviceInfo device) {
        return Optional.empty();
      }
    };
    var e = assertThrows(UnsupportedKernel.class, () -> new Case(1, 1, 1, false, false, false).call().by(foreign).run(1));
    assertTrue(e.getMessage().contains("kernels.gemm = blocked"), e.getMessage());
  }

  @Test
  void threadsDoNotChangeBits() {
    for (Case c : List.of(new Case(300, 520, 130, false, true, false), new Case(300, 520, 130, true, false, true), new Case(512, 70, 64, false, false, false),
        new Case(400, 550, 260, false, true, true), new Case(400, 550, 260, true, false, true), new Case(403, 40, 260, true, true, false))) {
      float[] one = c.call().run(1)[0];
      for (int threads : new int[] {2, 3, 5}) assertArrayEquals(one, c.call().run(threads)[0], () -> c + " on " + threads + " threads");
    }
  }

  /** Each sum is one chain of fused multiply-adds in the order of k, so any kernel that keeps that order gives these bits. */
  @Test
  void sumsInIncreasingOrderOfDepth() {
    var c = new Case(19, 37, 600, false, true, false);
    float[] a = c.a();
    float[] b = c.b();
    var expected = new float[c.m() * c.n()];
    for (int i = 0; i < c.m(); i++) {
      for (int j = 0; j < c.n(); j++) {
        float sum = 0;
        for (int x = 0; x < c.k(); x++) sum = Math.fma(a[i * c.k() + x], b[j * c.k() + x], sum);
        expected[i * c.n() + j] = sum;
      }
    }
    assertArrayEquals(expected, c.call().run(1)[0]);
  }

  /** What a sequence is given next does not depend on how many others are continued with it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 17, 31, 40, 64, 65})
  void fewRowsHaveTheBitsThatTheyHaveAmongMany(int few) {
    for (int n : new int[] {1, 16, 37, 260}) {
      float[] many = new Case(200, n, 130, false, true, false).call().run(2)[0];
      var first = new Case(200, n, 130, false, true, false);
      var call = new OneCall(new MatMul(false, true)).in(Arrays.copyOf(first.a(), few * 130), few, 130).in(first.b(), n, 130).out(few, n);
      for (int threads : new int[] {1, 2, 3}) assertArrayEquals(Arrays.copyOf(many, few * n), call.run(threads)[0], () -> few + " of 200 x " + n);
    }
  }

  @Test
  void refusesShapesThatDoNotFit() {
    var call = new OneCall(new MatMul(false, false)).in(new float[6], 2, 3).in(new float[8], 4, 2).out(2, 2);
    var e = assertThrows(UnsupportedKernel.class, () -> call.run(1));
    assertTrue(e.getMessage().contains("[2, 3] by [4, 2] into [2, 2]"), e.getMessage());
  }

  @Test
  void leadingAxesAreRows() {
    var flat = new Case(6, 9, 10, false, true, false);
    var call = new OneCall(new MatMul(false, true)).in(flat.a(), 2, 3, 10).in(flat.b(), 9, 10).out(2, 3, 9);
    assertArrayEquals(flat.call().run(1)[0], call.run(1)[0]);
  }
}
