package org.vulpes.graph.operations;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.graph.Operation;

/** Updates of parameters against values worked out by hand. */
class UpdateTest {

  private static double[][] define(Operation op, double[]... in) {
    int outputs = op instanceof AdamW ? 3 : op instanceof Lion ? 2 : 1;
    double[][] out = new double[outputs][in[0].length];
    op.define(in, new int[in.length][], out, new int[outputs][]);
    return out;
  }

  @Test
  void adamWFollowsTheFormula() {
    // factor 0.5: g' = 2; m' = 0.9·1 + 0.1·2 = 1.1; v' = 0.99·4 + 0.01·4 = 4; c1 = 0.55, c2 = 0.25: step 2 / (4 + 1) = 0.4
    double[][] y = define(new AdamW(true), new double[] {10}, new double[] {4}, new double[] {1}, new double[] {4}, new double[] {0.5},
        new double[] {0.1, 0.9, 0.99, 1, 0.2, 0.55, 0.25, 0});
    // p' = 10·(1 − 0.1·0.2) − 0.1·0.4
    assertEquals(9.76, y[0][0], 1e-14);
    assertEquals(1.1, y[1][0], 1e-15);
    assertEquals(4, y[2][0], 1e-15);
    double[][] free = define(new AdamW(false), new double[] {10}, new double[] {4}, new double[] {1}, new double[] {4}, new double[] {0.5},
        new double[] {0.1, 0.9, 0.99, 1, 0.2, 0.55, 0.25, 0});
    assertEquals(9.96, free[0][0], 1e-14);
  }

  @Test
  void lionMovesByTheSignAndStandsStillAtZero() {
    // direction 0.9·m + 0.1·g': 0.9 − 1 = −0.1, 0, 1.9; m' = 0.99·m + 0.01·g'
    double[][] y = define(new Lion(true), new double[] {1, 1, 1}, new double[] {-20, 0, 20}, new double[] {1, 0, 1}, new double[] {0.5},
        new double[] {0.1, 0.9, 0.99, 0, 0.5, 0, 0, 0});
    assertArrayEquals(new double[] {1.05, 0.95, 0.85}, y[0], 1e-15);
    assertArrayEquals(new double[] {0.89, 0, 1.09}, y[1], 1e-15);
    assertEquals(0.9, define(new Lion(false), new double[] {1}, new double[] {1}, new double[] {0}, new double[] {1},
        new double[] {0.1, 0.9, 0.99, 0, 0.5, 0, 0, 0})[0][0], 1e-15);
  }

  @ParameterizedTest
  @CsvSource({"16, 2, 0.4999998750000312", "16, 8, 1", "16, 0, 1", "16, -1, 1", "0, 1, 1"})
  void clipFactorScalesTheNormDownToTheLimit(double squaredNorm, double limit, double factor) {
    assertEquals(factor, define(new ClipFactor(), new double[] {squaredNorm}, new double[] {limit})[0][0], 1e-15);
  }

  @Test
  void aNormThatIsNoNumberStaysVisible() {
    assertEquals(Double.NaN, define(new ClipFactor(), new double[] {Double.NaN}, new double[] {1})[0][0]);
  }

  /** Values by the erfc, tanh and exp of the C library. */
  @ParameterizedTest
  @CsvSource({"GELU, 1, 0.8413447460685429", "GELU, -3, -0.004049694094890287", "GELU, -6, -5.919525870226207e-09", "GELU, 0.1, 0.05398278372770290",
      "GELU_TANH, 1, 0.8411919906082768", "SILU, 1, 0.7310585786300049", "RELU, -2, 0", "RELU_SQUARED, 3, 9", "RELU_SQUARED, -3, 0"})
  void activationsHaveTheirPublishedValues(Activation kind, double x, double y) {
    assertEquals(y, kind.value(x), 1e-12 * Math.abs(y));
  }
}
