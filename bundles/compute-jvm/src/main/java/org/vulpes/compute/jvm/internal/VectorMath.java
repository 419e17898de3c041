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

  /** Adding it leaves the nearest integer in the low bits of the sum. */
  private static final float ROUND = 12582912f;
  private static final float LN_2_HIGH = 0.693359375f;
  private static final float LN_2_LOW = -2.12194440e-4f;
  private static final int SQRT_HALF_BITS = 0x3f3504f3;

  private static final VectorShuffle<Float> FROM_8 = from(8);
  private static final VectorShuffle<Float> FROM_4 = from(4);
  private static final VectorShuffle<Float> FROM_2 = from(2);
  private static final VectorShuffle<Float> FROM_1 = from(1);

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
  static FloatVector atLeast(FloatVector x, float low) {
    return x.blend(low, x.compare(VectorOperators.LT, low));
  }

  static FloatVector atMost(FloatVector x, float high) {
    return x.blend(high, x.compare(VectorOperators.GT, high));
  }

  /** 2^x for x up to 127; 2^-126 for anything below -126. */
  static FloatVector exp2(FloatVector x) {
    x = atLeast(x, -126f);
    FloatVector n = x.add(ROUND);
    FloatVector f = x.sub(n.sub(ROUND));
    FloatVector p = f.fma(c(0.00132647270801448f), c(0.009671512862236182f));
    p = p.fma(f, c(0.05550733745646125f)).fma(f, c(0.24022242081842435f));
    p = p.fma(f, c(0.6931469775965873f)).fma(f, c(1f));
    return timesPowerOfTwo(p, n);
  }

  /** e^x, held at e^±87 outside of -87 … 87. */
  static FloatVector exp(FloatVector x) {
    x = atMost(atLeast(x, -87f), 87f);
    FloatVector n = x.fma(c(LOG2_E), c(ROUND));
    FloatVector whole = n.sub(ROUND);
    FloatVector r = whole.fma(c(-LN_2_LOW), whole.fma(c(-LN_2_HIGH), x));
    FloatVector p = r.fma(c(0.0013843651882946108f), c(0.008374156950627515f));
    p = p.fma(r, c(0.04166800214153527f)).fma(r, c(0.1666643124374585f));
    p = p.fma(r, c(0.4999999420834431f)).fma(r, c(1.0000000321689082f)).fma(r, c(1f));
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
    FloatVector f = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1f);
    FloatVector p = f.fma(c(-0.07634497307655483f), c(0.1276158233569112f));
    p = p.fma(f, c(-0.1316018464444562f)).fma(f, c(0.14201757453779082f));
    p = p.fma(f, c(-0.1662335706811612f)).fma(f, c(0.20001226889977616f));
    p = p.fma(f, c(-0.25000821042030247f)).fma(f, c(0.3333333170761799f));
    p = p.fma(f, c(-0.5f)).mul(f.mul(f));
    p = e.fma(c(LN_2_LOW), p).add(f);
    return e.fma(c(LN_2_HIGH), p).add(x.sub(x));
  }

  /** 1 / (1 + e^-x). */
  static FloatVector sigmoid(FloatVector x) {
    return c(1f).div(exp(x.neg()).add(1f));
  }

  /** sinh/cosh by 2 sigmoid(2x) − 1: the error is absolute, below 2e-7. */
  static FloatVector tanh(FloatVector x) {
    return sigmoid(x.add(x)).fma(c(2f), c(-1f));
  }

  /** e^(−x²/2): the density of the normal distribution but for its factor. */
  static FloatVector bell(FloatVector x) {
    return exp(x.mul(x).mul(-0.5f));
  }

  /**
   * Φ(x) = (1 + erf(x/√2))/2, given {@link #bell} of x. Φ(−a) = bell(a) · t·P(t) with t = 1/(1 + 0.3 a), a fit on 0 ≤ a ≤ 14; Φ(a) = 1 − Φ(−a).
   */
  static FloatVector normalDistribution(FloatVector x, FloatVector bell) {
    FloatVector t = c(1f).div(x.abs().fma(c(0.3f), c(1f)));
    FloatVector p = t.fma(c(-0.020612819705363526f), c(0.11237572619862427f));
    p = p.fma(t, c(-0.22806739175480448f)).fma(t, c(0.19158153253037066f));
    p = p.fma(t, c(-0.07924720546507204f)).fma(t, c(0.09605775755822801f));
    p = p.fma(t, c(0.07842560434813343f)).fma(t, c(0.11022731866727271f));
    p = p.fma(t, c(0.11957284184028732f)).fma(t, c(0.11968663405864233f));
    FloatVector below = p.mul(t).mul(bell);
    return below.blend(c(1f).sub(below), x.compare(VectorOperators.GT, 0f));
  }

  /** erf(x) = 2 Φ(√2 x) − 1: the error is absolute, below 4e-7. */
  static FloatVector erf(FloatVector x) {
    FloatVector y = x.mul(1.41421356f);
    return normalDistribution(y, bell(y)).fma(c(2f), c(-1f));
  }

  private static FloatVector c(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}
