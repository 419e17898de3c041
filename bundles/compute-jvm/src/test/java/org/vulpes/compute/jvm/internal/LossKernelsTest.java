package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vulpes.compute.UnsupportedKernel;
import org.vulpes.graph.operations.LinearCrossEntropy;
import org.vulpes.graph.operations.LinearCrossEntropyGradient;

/** The fused head against float64. */
class LossKernelsTest {
  static final double TOLERANCE = 2e-6;

  /** @param spread of the weights: 0.3 gives mild logits, 8 logits of hundreds */
  record Head(int rows, int width, int vocabulary, float spread) {
    float[] hidden() {
      return OneCall.random(rows + 3L * width, rows * width);
    }

    float[] weight() {
      float[] w = OneCall.random(vocabulary + 7L * width, vocabulary * width);
      for (int i = 0; i < w.length; i++) w[i] *= spread;
      return w;
    }

    /** Every fifth row is ignored; the first and the last token are among the targets. */
    int[] targets() {
      var r = new Random(vocabulary);
      var t = new int[rows];
      for (int i = 0; i < rows; i++) t[i] = i % 5 == 4 ? -1 : r.nextInt(vocabulary);
      t[0] = vocabulary - 1;
      if (rows > 1) t[1] = 0;
      return t;
    }

    float[] coefficient() {
      float[] c = OneCall.random(rows, rows);
      for (int i = 0; i < rows; i++) c[i] /= rows;
      return c;
    }

    double[] logits(int row) {
      float[] h = hidden();
      float[] w = weight();
      var out = new double[vocabulary];
      for (int v = 0; v < vocabulary; v++) for (int k = 0; k < width; k++) out[v] += (double) h[row * width + k] * w[v * width + k];
      return out;
    }

    static double logSumExp(double[] x) {
      double max = Double.NEGATIVE_INFINITY;
      for (double v : x) max = Math.max(max, v);
      double sum = 0;
      for (double v : x) sum += Math.exp(v - max);
      return max + Math.log(sum);
    }

    /** nll, logSumExp, dhidden, dweight. */
    double[][] reference() {
      float[] h = hidden();
      float[] w = weight();
      float[] c = coefficient();
      int[] t = targets();
      var out = new double[][] {new double[rows], new double[rows], new double[rows * width], new double[vocabulary * width]};
      for (int r = 0; r < rows; r++) {
        double[] x = new double[vocabulary];
        for (int v = 0; v < vocabulary; v++) for (int k = 0; k < width; k++) x[v] += (double) h[r * width + k] * w[v * width + k];
        double total = logSumExp(x);
        out[1][r] = total;
        if (t[r] < 0) continue;
        out[0][r] = total - x[t[r]];
        for (int v = 0; v < vocabulary; v++) {
          double d = c[r] * (Math.exp(x[v] - total) - (v == t[r] ? 1 : 0));
          for (int k = 0; k < width; k++) {
            out[2][r * width + k] += d * w[v * width + k];
            out[3][v * width + k] += d * h[r * width + k];
          }
        }
      }
      return out;
    }

    OneCall loss() {
      return new OneCall(new LinearCrossEntropy()).in(hidden(), rows, width).in(weight(), vocabulary, width).in(targets(), rows).out(rows).out(rows);
    }

    OneCall gradient(float[] logSumExp) {
      return new OneCall(new LinearCrossEntropyGradient()).in(hidden(), rows, width).in(weight(), vocabulary, width).in(targets(), rows)
          .in(logSumExp, rows).in(coefficient(), rows).out(rows, width).out(vocabulary, width);
    }
  }

  static List<Head> heads() {
    return List.of(new Head(1, 1, 1, 1), new Head(1, 3, 2, 1), new Head(2, 16, 31, .3f), new Head(7, 5, 33, .3f), new Head(50, 33, 255, .3f),
        new Head(300, 24, 257, .3f), new Head(49, 264, 513, .1f), new Head(130, 32, 1100, .3f), new Head(20, 48, 5000, 8f), new Head(1100, 8, 96, 1f));
  }

  @ParameterizedTest
  @MethodSource("heads")
  void agreesWithFloat64(Head head) {
    double[][] expected = head.reference();
    float[][] loss = head.loss().run(1);
    float[][] gradient = head.gradient(loss[1]).run(1);
    float[][] out = {loss[0], loss[1], gradient[0], gradient[1]};
    String[] names = {"nll", "logSumExp", "dhidden", "dweight"};
    for (int i = 0; i < 4; i++) {
      double error = OneCall.error(out[i], expected[i]);
      if (head.vocabulary() == 1) {
        for (float v : i == 1 ? new float[0] : out[i]) assertEquals(0, v, 1e-6, names[i]);
      } else {
        String name = names[i];
        // logits of hundreds carry errors of 1e-7 of their size into the exponent
        assertTrue(error <= (head.spread() > 1 ? 5 * TOLERANCE : TOLERANCE), () -> name + " of " + head + ": error " + error);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("heads")
  void keptLogitsAreTheOnesComputedAnewAndGiveTheSameBits(Head head) {
    float[][] loss = head.loss().run(1);
    float[][] keeping = new OneCall(new LinearCrossEntropy(true)).in(head.hidden(), head.rows(), head.width()).in(head.weight(), head.vocabulary(), head.width())
        .in(head.targets(), head.rows()).out(head.rows()).out(head.rows()).out(head.rows(), head.vocabulary()).run(2);
    assertArrayEquals(loss[0], keeping[0]);
    assertArrayEquals(loss[1], keeping[1]);
    var last = new float[head.vocabulary()];
    System.arraycopy(keeping[2], (head.rows() - 1) * head.vocabulary(), last, 0, last.length);
    assertTrue(OneCall.error(last, head.logits(head.rows() - 1)) <= TOLERANCE);
    float[][] gradient = new OneCall(new LinearCrossEntropyGradient(true)).in(head.hidden(), head.rows(), head.width())
        .in(head.weight(), head.vocabulary(), head.width()).in(head.targets(), head.rows()).in(loss[1], head.rows()).in(head.coefficient(), head.rows())
        .in(keeping[2], head.rows(), head.vocabulary()).out(head.rows(), head.width()).out(head.vocabulary(), head.width()).run(2);
    assertArrayEquals(head.gradient(loss[1]).run(1), gradient);
  }

  @Test
  void ignoredRowsHaveNoLossAndNoGradient() {
    var head = new Head(12, 16, 40, 1);
    float[][] loss = head.loss().run(1);
    float[] dhidden = head.gradient(loss[1]).run(1)[0];
    assertEquals(0f, loss[0][4]);
    assertTrue(loss[1][4] != 0f);
    for (int k = 0; k < 16; k++) assertEquals(0f, dhidden[4 * 16 + k]);
  }

  @Test
  void threadsDoNotChangeBits() {
    var head = new Head(270, 40, 2100, .3f);
    float[][] one = head.loss().run(1);
    float[][] gradient = head.gradient(one[1]).run(1);
    for (int threads = 2; threads <= 3; threads++) {
      assertArrayEquals(one, head.loss().run(threads));
      assertArrayEquals(gradient, head.gradient(one[1]).run(threads));
    }
  }

  @Test
  void vocabularyOf256ThousandNeedsLittleMemory() {
    var head = new Head(4, 4, 256_000, .3f);
    double[][] expected = head.reference();
    float[][] loss = head.loss().run(1);
    float[][] gradient = head.gradient(loss[1]).run(1);
    assertTrue(OneCall.error(loss[0], expected[0]) <= TOLERANCE);
    // A sum of 256,000 terms whose signs cancel: 2.5e-6 measured.
    assertTrue(OneCall.error(gradient[0], expected[2]) <= 5e-6);
    assertTrue(OneCall.error(gradient[1], expected[3]) <= TOLERANCE);
    long[] bytes = {0};
    var at256 = new HeadLogits(512, 256, 256_000, 0, 0);
    for (Work w : new HeadLoss(at256, 0, 0, 0, 0, n -> bytes[0] += n).phases()) bytes[0] += w.scratchBytes();
    for (Work w : new HeadGradient(at256, 0, 0, 0, 0, 0, 0, n -> bytes[0] += n).phases()) bytes[0] += w.scratchBytes();
    assertTrue(bytes[0] < 20 << 20, () -> bytes[0] + " bytes; the logits would be 524 MB");
  }

  @Test
  void oneTokenThatIsNotANumberSpoilsEveryLoss() {
    var head = new Head(20, 8, 300, 1);
    for (int token : new int[] {0, 16, 271, 299}) {
      float[] weight = head.weight();
      weight[token * 8] = Float.NaN;
      var call = new OneCall(new LinearCrossEntropy()).in(head.hidden(), 20, 8).in(weight, 300, 8).in(head.targets(), 20).out(20).out(20);
      for (float v : call.run(1)[1]) assertTrue(Float.isNaN(v));
    }
  }

  @Test
  void refusesATargetOutsideOfTheVocabulary() {
    var call = new OneCall(new LinearCrossEntropy()).in(new float[4], 2, 2).in(new float[6], 3, 2).in(new int[] {0, 3}, 2).out(2).out(2);
    var e = assertThrows(IndexOutOfBoundsException.class, () -> call.run(1));
    assertTrue(e.getMessage().contains("Target 3 of row 1"), e.getMessage());
  }

  @Test
  void refusesShapesThatDoNotFit() {
    var call = new OneCall(new LinearCrossEntropy()).in(new float[4], 2, 2).in(new float[9], 3, 3).in(new int[] {0, 1}, 2).out(2).out(2);
    assertThrows(UnsupportedKernel.class, () -> call.run(1));
  }
}
