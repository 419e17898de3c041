package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * Functions of vectors whose bits are ours: polynomials instead of the library's transcendentals, and lanes reduced by a written-out tree, so that
 * cold, compiled and resumed code agree. NaN stays NaN. Errors are measured against float64 in the test.
 *
 * <p>Polynomials are minimax fits of the relative error (Lawson's method), the constant term of 2^f and e^r held at exactly 1.
 */
final class VectorMath {
  static final float LOG2_E = 1.44269504f;
  static final double LN_2 = 0.6931471805599453;

  private static final int SQRT_HALF_BITS = 0x3f3504f3;

  private static final VectorShuffle<Float> FROM_8 = from(8);
  private static final VectorShuffle<Float> FROM_4 = from(4);
  private static final VectorShuffle<Float> FROM_2 = from(2);
  private static final VectorShuffle<Float> FROM_1 = from(1);

  // Coefficients by degree. As constants they cost the compiler nothing; made in place, two or three functions in a loop exceed what it inlines
  // (NodeCountInliningCutoff), and the rest of the loop boxes its vectors.
  private static final FloatVector ONE = c(1f);
  private static final FloatVector ZERO = c(0f);
  /** Adding it leaves the nearest integer in the low bits of the sum. */
  private static final FloatVector ROUND = c(12582912f);
  private static final FloatVector EXP2_LEAST = c(-126f);
  private static final FloatVector EXP_LEAST = c(-87f);
  private static final FloatVector EXP_MOST = c(87f);
  private static final FloatVector ROOT_2 = c(1.41421356f);
  private static final FloatVector POWER_5 = c(0.00132647270801448f);
  private static final FloatVector POWER_4 = c(0.009671512862236182f);
  private static final FloatVector POWER_3 = c(0.05550733745646125f);
  private static final FloatVector POWER_2 = c(0.24022242081842435f);
  private static final FloatVector POWER_1 = c(0.6931469775965873f);
  private static final FloatVector LOG2_E_VECTOR = c(LOG2_E);
  private static final FloatVector MINUS_LN_2_LOW = c(2.12194440e-4f);
  private static final FloatVector MINUS_LN_2_HIGH = c(-0.693359375f);
  private static final FloatVector EXP_6 = c(0.0013843651882946108f);
  private static final FloatVector EXP_5 = c(0.008374156950627515f);
  private static final FloatVector EXP_4 = c(0.04166800214153527f);
  private static final FloatVector EXP_3 = c(0.1666643124374585f);
  private static final FloatVector EXP_2 = c(0.4999999420834431f);
  private static final FloatVector EXP_1 = c(1.0000000321689082f);
  private static final FloatVector LOG_10 = c(-0.07634497307655483f);
  private static final FloatVector LOG_9 = c(0.1276158233569112f);
  private static final FloatVector LOG_8 = c(-0.1316018464444562f);
  private static final FloatVector LOG_7 = c(0.14201757453779082f);
  private static final FloatVector LOG_6 = c(-0.1662335706811612f);
  private static final FloatVector LOG_5 = c(0.20001226889977616f);
  private static final FloatVector LOG_4 = c(-0.25000821042030247f);
  private static final FloatVector LOG_3 = c(0.3333333170761799f);
  private static final FloatVector MINUS_HALF = c(-0.5f);
  private static final FloatVector LN_2_LOW = c(-2.12194440e-4f);
  private static final FloatVector LN_2_HIGH = c(0.693359375f);
  private static final FloatVector TWO = c(2f);
  private static final FloatVector MINUS_ONE = c(-1f);
  private static final FloatVector PHI_SLOPE = c(0.3f);
  private static final FloatVector PHI_10 = c(-0.020612819705363526f);
  private static final FloatVector PHI_9 = c(0.11237572619862427f);
  private static final FloatVector PHI_8 = c(-0.22806739175480448f);
  private static final FloatVector PHI_7 = c(0.19158153253037066f);
  private static final FloatVector PHI_6 = c(-0.07924720546507204f);
  private static final FloatVector PHI_5 = c(0.09605775755822801f);
  private static final FloatVector PHI_4 = c(0.07842560434813343f);
  private static final FloatVector PHI_3 = c(0.11022731866727271f);
  private static final FloatVector PHI_2 = c(0.11957284184028732f);
  private static final FloatVector PHI_1 = c(0.11968663405864233f);

  private VectorMath() {}

  /** Lane i takes lane i + offset, wrapping. */
  private static VectorShuffle<Float> from(int offset) {
    return VectorShuffle.fromOp(SPECIES, i -> (i + offset) & (LANES - 1));
  }

  /** The sum of all lanes: halves are added until one lane is left. */
  static float sum(FloatVector v) {
    if (LANES >= 16) v = v.add(v.rearrange(FROM_8));
    if (LANES >= 8) v = v.add(v.rearrange(FROM_4));
    v = v.add(v.rearrange(FROM_2));
    return v.add(v.rearrange(FROM_1)).lane(0);
  }

  /** The largest lane; NaN when one is NaN. */
  static float max(FloatVector v) {
    if (LANES >= 16) v = v.max(v.rearrange(FROM_8));
    if (LANES >= 8) v = v.max(v.rearrange(FROM_4));
    v = v.max(v.rearrange(FROM_2));
    return v.max(v.rearrange(FROM_1)).lane(0);
  }

  /** x where it is at least low, else low. Unlike max it costs two instructions; NaN stays. */
  static FloatVector atLeast(FloatVector x, FloatVector low) {
    return x.blend(low, x.compare(VectorOperators.LT, low));
  }

  static FloatVector atMost(FloatVector x, FloatVector high) {
    return x.blend(high, x.compare(VectorOperators.GT, high));
  }

  /** 2^x for x up to 127; 2^-126 for anything below -126. */
  static FloatVector exp2(FloatVector x) {
    return exp2(x, EXP2_LEAST);
  }

  /** 2^x for x up to 127; 2^least, which is at least -126, for anything below it. */
  static FloatVector exp2(FloatVector x, FloatVector least) {
    x = atLeast(x, least);
    FloatVector n = x.add(ROUND);
    FloatVector f = x.sub(n.sub(ROUND));
    FloatVector p = f.fma(POWER_5, POWER_4);
    p = p.fma(f, POWER_3).fma(f, POWER_2);
    p = p.fma(f, POWER_1).fma(f, ONE);
    return timesPowerOfTwo(p, n);
  }

  /** e^x, held at e^±87 outside of -87 … 87. */
  static FloatVector exp(FloatVector x) {
    x = atMost(atLeast(x, EXP_LEAST), EXP_MOST);
    FloatVector n = x.fma(LOG2_E_VECTOR, ROUND);
    FloatVector whole = n.sub(ROUND);
    FloatVector r = whole.fma(MINUS_LN_2_LOW, whole.fma(MINUS_LN_2_HIGH, x));
    FloatVector p = r.fma(EXP_6, EXP_5);
    p = p.fma(r, EXP_4).fma(r, EXP_3);
    p = p.fma(r, EXP_2).fma(r, EXP_1).fma(r, ONE);
    return timesPowerOfTwo(p, n);
  }

  /** p · 2^n where n still carries ROUND: the integer is added to the exponent's bits. */
  private static FloatVector timesPowerOfTwo(FloatVector p, FloatVector n) {
    IntVector shift = n.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.reinterpretAsInts().add(shift).reinterpretAsFloats();
  }

  /** Natural logarithm of positive normal numbers; infinity and NaN give NaN, the rest is undefined. */
  static FloatVector log(FloatVector x) {
    IntVector bits = x.reinterpretAsInts();
    IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
    FloatVector e = (FloatVector) exponent.convert(VectorOperators.I2F, 0);
    FloatVector f = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(ONE);
    FloatVector p = f.fma(LOG_10, LOG_9);
    p = p.fma(f, LOG_8).fma(f, LOG_7);
    p = p.fma(f, LOG_6).fma(f, LOG_5);
    p = p.fma(f, LOG_4).fma(f, LOG_3);
    p = p.fma(f, MINUS_HALF).mul(f.mul(f));
    p = e.fma(LN_2_LOW, p).add(f);
    return e.fma(LN_2_HIGH, p).add(x.sub(x));
  }

  /** 1 / (1 + e^-x). */
  static FloatVector sigmoid(FloatVector x) {
    return ONE.div(exp(x.neg()).add(ONE));
  }

  /** sinh/cosh by 2 sigmoid(2x) − 1: the error is absolute, below 2e-7. */
  static FloatVector tanh(FloatVector x) {
    return sigmoid(x.add(x)).fma(TWO, MINUS_ONE);
  }

  /** e^(−x²/2): the density of the normal distribution but for its factor. */
  static FloatVector bell(FloatVector x) {
    return exp(x.mul(x).mul(MINUS_HALF));
  }

  /**
   * Φ(x) = (1 + erf(x/√2))/2, given {@link #bell} of x. Φ(−a) = bell(a) · t·P(t) with t = 1/(1 + 0.3 a), a fit on 0 ≤ a ≤ 14; Φ(a) = 1 − Φ(−a).
   */
  static FloatVector normalDistribution(FloatVector x, FloatVector bell) {
    FloatVector t = ONE.div(x.abs().fma(PHI_SLOPE, ONE));
    FloatVector p = t.fma(PHI_10, PHI_9);
    p = p.fma(t, PHI_8).fma(t, PHI_7);
    p = p.fma(t, PHI_6).fma(t, PHI_5);
    p = p.fma(t, PHI_4).fma(t, PHI_3);
    p = p.fma(t, PHI_2).fma(t, PHI_1);
    FloatVector below = p.mul(t).mul(bell);
    return below.blend(ONE.sub(below), x.compare(VectorOperators.GT, ZERO));
  }

  /** erf(x) = 2 Φ(√2 x) − 1: the error is absolute, below 4e-7. */
  static FloatVector erf(FloatVector x) {
    FloatVector y = x.mul(ROOT_2);
    return normalDistribution(y, bell(y)).fma(TWO, MINUS_ONE);
  }

  private static FloatVector c(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}
