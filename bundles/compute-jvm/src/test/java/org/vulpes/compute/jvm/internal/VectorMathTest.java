package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class VectorMathTest {
  private static final int POINTS = 1 << 18;

  @Test
  void exp2IsWithinTwoTenMillionths() {
    assertTrue(worstRelative("exp2", VectorMath::exp2, x -> StrictMath.pow(2, x), -125.9f, 0.5f) <= 2e-7);
    assertTrue(worstRelative("exp2 near 0", VectorMath::exp2, x -> StrictMath.pow(2, x), -2f, 2f) <= 2e-7);
  }

  @Test
  void expIsWithinTwoTenMillionths() {
    assertTrue(worstRelative("exp", VectorMath::exp, StrictMath::exp, -87f, 87f) <= 2e-7);
    assertTrue(worstRelative("exp near 0", VectorMath::exp, StrictMath::exp, -1f, 1f) <= 2e-7);
  }

  @Test
  void logIsWithinTwoTenMillionths() {
    assertTrue(worstRelative("log", VectorMath::log, StrictMath::log, 0.9f, 1.1f) <= 2e-7);
    assertTrue(worstRelative("log", VectorMath::log, StrictMath::log, 1f, 9000f) <= 2e-7);
    assertTrue(worstRelative("log", VectorMath::log, StrictMath::log, 1e-37f, 1e-3f) <= 2e-7);
  }

  @Test
  void sigmoidAndTanhFollowFloat64() {
    assertTrue(worstRelative("sigmoid", VectorMath::sigmoid, x -> 1 / (1 + StrictMath.exp(-x)), -80f, 80f) <= 3e-7);
    assertTrue(worstAbsolute("tanh", VectorMath::tanh, StrictMath::tanh, -10f, 10f) <= 2e-7);
  }

  @Test
  void normalDistributionKeepsItsRelativeErrorInTheTail() {
    UnaryOperator<FloatVector> phi = x -> VectorMath.normalDistribution(x, VectorMath.bell(x));
    assertTrue(worstRelative("Φ", phi, VectorMathTest::normalDistribution, -4f, 8f) <= 1e-6);
    assertTrue(worstAbsolute("Φ", phi, VectorMathTest::normalDistribution, -20f, 20f) <= 2e-7);
    assertTrue(worstAbsolute("erf", VectorMath::erf, x -> 2 * normalDistribution(x * Math.sqrt(2)) - 1, -5f, 5f) <= 4e-7);
  }

  @Test
  void endsOfTheRangeAreHeldAndNaNStays() {
    assertEquals(1f, VectorMath.exp2(Memory.broadcast(0f)).lane(0));
    assertEquals(1f, VectorMath.exp(Memory.broadcast(0f)).lane(0));
    assertEquals(Float.MIN_NORMAL, VectorMath.exp2(Memory.broadcast(Float.NEGATIVE_INFINITY)).lane(0));
    assertEquals(0f, VectorMath.exp(Memory.broadcast(Float.NEGATIVE_INFINITY)).lane(0), 2e-38f);
    assertEquals(0f, VectorMath.sigmoid(Memory.broadcast(-1e30f)).lane(0), 2e-38f);
    assertEquals(1f, VectorMath.sigmoid(Memory.broadcast(1e30f)).lane(0));
    FloatVector nan = Memory.broadcast(Float.NaN);
    for (FloatVector y : new FloatVector[] {VectorMath.exp2(nan), VectorMath.exp(nan), VectorMath.log(nan), VectorMath.sigmoid(nan),
        VectorMath.normalDistribution(nan, VectorMath.bell(nan))}) {
      assertTrue(Float.isNaN(y.lane(0)), y::toString);
    }
    assertTrue(Float.isNaN(VectorMath.max(nan)) && Float.isNaN(VectorMath.sum(nan)));
  }

  @Test
  void lanesAreReducedByHalving() {
    float[] lanes = new float[Memory.LANES];
    var random = new java.util.Random(5);
    for (int i = 0; i < lanes.length; i++) lanes[i] = (float) random.nextGaussian();
    FloatVector v = FloatVector.fromArray(Memory.SPECIES, lanes, 0);
    float max = lanes[0];
    for (float x : lanes) max = Math.max(max, x);
    assertEquals(max, VectorMath.max(v));
    for (int half = lanes.length / 2; half > 0; half /= 2) for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
    assertEquals(lanes[0], VectorMath.sum(v));
  }

  private static double worstRelative(String name, UnaryOperator<FloatVector> f, DoubleUnaryOperator exact, float low, float high) {
    return worst(name + " relative", f, exact, low, high, true);
  }

  private static double worstAbsolute(String name, UnaryOperator<FloatVector> f, DoubleUnaryOperator exact, float low, float high) {
    return worst(name + " absolute", f, exact, low, high, false);
  }

  private static double worst(String name, UnaryOperator<FloatVector> f, DoubleUnaryOperator exact, float low, float high, boolean relative) {
    float[] x = new float[POINTS], y = new float[POINTS];
    for (int i = 0; i < POINTS; i++) x[i] = (float) (low + (double) (high - low) * i / (POINTS - 1));
    for (int i = 0; i < POINTS; i += Memory.LANES) f.apply(FloatVector.fromArray(Memory.SPECIES, x, i)).intoArray(y, i);
    double worst = 0;
    for (int i = 0; i < POINTS; i++) {
      double e = exact.applyAsDouble(x[i]), d = Math.abs(y[i] - e);
      if (e == 0 && d == 0) continue;
      worst = Math.max(worst, relative ? d / Math.abs(e) : d);
    }
    System.out.printf("%s on %g … %g: %.2e%n", name, low, high, worst);
    return worst;
  }

  /** Φ by its series near 0 and by the continued fraction of Mills' ratio in the tail (Abramowitz and Stegun 26.2.11, 26.2.14). */
  private static double normalDistribution(double x) {
    double a = Math.abs(x), density = StrictMath.exp(-a * a / 2) / StrictMath.sqrt(2 * Math.PI);
    double below;
    if (a < 3) {
      double term = a, sum = a;
      for (int k = 1; k < 100; k++) sum += term *= a * a / (2 * k + 1);
      below = 0.5 - density * sum;
    } else {
      double fraction = 0;
      for (int k = 300; k > 0; k--) fraction = k / (a + fraction);
      below = density / (a + fraction);
    }
    return x < 0 ? below : 1 - below;
  }
}
