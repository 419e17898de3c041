package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.AttentionTiles.SCORES;
import static org.vulpes.compute.jvm.internal.Memory.STEP;
import static org.vulpes.compute.jvm.internal.Memory.broadcast;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * What happens to transposed scores between two products, lane by lane. Scores are in units of log2. A chunk has a plain middle that all lanes see, and masked
 * ends where lane l sees the keys lo[l] … hi[l] (kept as floats).
 */
final class AttentionLanes {
  /** What a maximum starts from: far below every score, so that a lane that has seen nothing counts for nothing. */
  static final float NOTHING = -1e20f;

  private static final FloatVector NONE = broadcast(0f);
  private static final FloatVector ONE = broadcast(1f);
  private static final FloatVector LN_2 = broadcast((float) VectorMath.LN_2);

  private AttentionLanes() {}

  private static FloatVector larger(FloatVector a, FloatVector b) {
    return a.blend(b, a.compare(VectorOperators.LT, b));
  }

  private static VectorMask<Float> sees(float key, FloatVector lo, FloatVector hi) {
    return lo.compare(VectorOperators.LE, key).and(hi.compare(VectorOperators.GE, key));
  }

  /** max[lane] = the larger of itself and the scores of {@code count} keys. */
  static void max(long scores, int count, long max) {
    FloatVector a = load(max), b = load(max + STEP), c = a, d = b;
    int k = 0;
    for (; k + 2 <= count; k += 2, scores += 2 * SCORES) {
      a = larger(a, load(scores));
      b = larger(b, load(scores + STEP));
      c = larger(c, load(scores + SCORES));
      d = larger(d, load(scores + SCORES + STEP));
    }
    if (k < count) {
      a = larger(a, load(scores));
      b = larger(b, load(scores + STEP));
    }
    store(larger(a, c), max);
    store(larger(b, d), max + STEP);
  }

  /** One of the two registers of a block. */
  static void maxMasked(long scores, int count, int key, long lo, long hi, long max) {
    FloatVector m = load(max), from = load(lo), to = load(hi);
    for (int k = 0; k < count; k++, scores += SCORES) {
      FloatVector s = load(scores);
      m = m.blend(s, sees(key + k, from, to).and(m.compare(VectorOperators.LT, s)));
    }
    store(m, max);
  }

  /** scores = 2^(score − max), added to sum. */
  static void exp(long scores, int count, long max, long sum) {
    FloatVector m0 = load(max), m1 = load(max + STEP), s0 = load(sum), s1 = load(sum + STEP);
    for (int k = 0; k < count; k++, scores += SCORES) {
      FloatVector p0 = VectorMath.exp2(load(scores).sub(m0));
      FloatVector p1 = VectorMath.exp2(load(scores + STEP).sub(m1));
      store(p0, scores);
      store(p1, scores + STEP);
      s0 = s0.add(p0);
      s1 = s1.add(p1);
    }
    store(s0, sum);
    store(s1, sum + STEP);
  }

  static void expMasked(long scores, int count, int key, long lo, long hi, long max, long sum) {
    FloatVector m = load(max), total = load(sum), from = load(lo), to = load(hi);
    for (int k = 0; k < count; k++, scores += SCORES) {
      FloatVector p = NONE.blend(VectorMath.exp2(load(scores).sub(m)), sees(key + k, from, to));
      store(p, scores);
      total = total.add(p);
    }
    store(total, sum);
  }

  /** scores = p = 2^(score − lse); gradients = p · (gradient − d). */
  static void gradient(long scores, long gradients, int count, long lse, long d) {
    FloatVector l0 = load(lse), l1 = load(lse + STEP), d0 = load(d), d1 = load(d + STEP);
    for (long o = 0, end = count * SCORES; o < end; o += SCORES) {
      FloatVector p0 = VectorMath.exp2(load(scores + o).sub(l0));
      FloatVector p1 = VectorMath.exp2(load(scores + o + STEP).sub(l1));
      store(p0, scores + o);
      store(p1, scores + o + STEP);
      store(load(gradients + o).sub(d0).mul(p0), gradients + o);
      store(load(gradients + o + STEP).sub(d1).mul(p1), gradients + o + STEP);
    }
  }

  static void gradientMasked(long scores, long gradients, int count, int key, long lo, long hi, long lse, long d) {
    FloatVector l = load(lse), big = load(d), from = load(lo), to = load(hi);
    for (int k = 0; k < count; k++, scores += SCORES, gradients += SCORES) {
      FloatVector p = NONE.blend(VectorMath.exp2(load(scores).sub(l)), sees(key + k, from, to));
      store(p, scores);
      store(load(gradients).sub(big).mul(p), gradients);
    }
  }

  /** factor = 2^(before − now); sum ·= factor. */
  static void rescale(long before, long now, long sum, long factor) {
    for (long o = 0; o < SCORES; o += STEP) {
      FloatVector f = VectorMath.exp2(load(before + o).sub(load(now + o)));
      store(f, factor + o);
      store(load(sum + o).mul(f), sum + o);
    }
  }

  /** inverse = 1/sum; lse = max · ln 2 + ln sum. */
  static void finish(long max, long sum, long inverse, long lse) {
    for (long o = 0; o < SCORES; o += STEP) {
      FloatVector s = load(sum + o);
      store(ONE.div(s), inverse + o);
      store(load(max + o).fma(LN_2, VectorMath.log(s)), lse + o);
    }
  }

  static void fill(float value, long vectors) {
    store(broadcast(value), vectors);
    store(broadcast(value), vectors + STEP);
  }
}
