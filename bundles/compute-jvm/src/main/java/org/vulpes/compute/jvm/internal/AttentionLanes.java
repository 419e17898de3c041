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
 * ends where lane l sees the keys LO[l] … HI[l] (kept as floats).
 *
 * <p>The compiler stops inlining when a method has grown to a certain number of nodes (NodeCountInliningCutoff), which a dozen vector loops reach; the vectors
 * of whatever comes next are boxed. So every loop is a pass that is called through an interface at one place that sees them all: it stays a call.
 */
final class AttentionLanes {
  // Where a block keeps a number for each of its rows.
  static final long LO = 0;
  static final long HI = SCORES;
  static final long MAX = 2 * SCORES;
  static final long OLD_MAX = 3 * SCORES;
  static final long SUM = 4 * SCORES;
  static final long FACTOR = 5 * SCORES;
  static final long LOG_SUM_EXP = 6 * SCORES;
  /** dout · out. */
  static final long PRODUCT = 7 * SCORES;
  /** One number each: the least and the most of LO. */
  static final long LEAST_LO = 8 * SCORES;
  static final long MOST_LO = LEAST_LO + 4;
  static final long BYTES = 9 * SCORES;
  /** From a score to its gradient. */
  static final long GRADIENT = AttentionTiles.CHUNK * SCORES;

  static final int START = 0;
  static final int MAXIMA = 1;
  static final int MAXIMA_MASKED = 2;
  static final int RESCALE = 3;
  static final int EXP = 4;
  static final int EXP_MASKED = 5;
  static final int FINISH = 6;
  static final int GRADIENTS = 7;
  static final int GRADIENTS_MASKED = 8;
  private static final Pass[] PASSES = {AttentionLanes::start, AttentionLanes::maxima, AttentionLanes::maximaMasked, AttentionLanes::rescale,
    AttentionLanes::exp, AttentionLanes::expMasked, AttentionLanes::finish, AttentionLanes::gradients, AttentionLanes::gradientsMasked};

  /** What a maximum starts from: far below every score, so that a lane that has seen nothing counts for nothing. */
  private static final FloatVector NOTHING = broadcast(-1e20f);
  private static final FloatVector NONE = broadcast(0f);
  private static final FloatVector ONE = broadcast(1f);
  private static final FloatVector LN_2 = broadcast((float) VectorMath.LN_2);

  /**
   * The least exponent of a probability. 2^-60 beside a sum of at least 1 vanishes in F32, but its products stay normal numbers: once attention is sharp, most
   * scores lie far lower, and arithmetic on subnormal numbers made the products over them four times slower.
   */
  private static final FloatVector LEAST = broadcast(-60f);

  private AttentionLanes() {}

  private static FloatVector probability(FloatVector exponent) {
    return VectorMath.exp2(exponent, LEAST);
  }

  private interface Pass {
    /** One register of lanes: the scores of {@code count} keys from {@code key} on. */
    void run(long scores, int count, int key, long lanes);
  }

  /** The pass for both registers of a block. */
  static void run(int pass, long scores, int count, int key, long lanes) {
    for (long o = 0; o < SCORES; o += STEP) PASSES[pass].run(scores + o, count, key, lanes + o);
  }

  /** A pass over a chunk: masked up to {@code before} and from {@code middle} on, plain between them. */
  static void run(int plain, int masked, long scores, int before, int middle, int count, int key, long lanes) {
    if (before > 0) run(masked, scores, before, key, lanes);
    if (middle > before) run(plain, scores + before * SCORES, middle - before, key + before, lanes);
    if (count > middle) run(masked, scores + middle * SCORES, count - middle, key + middle, lanes);
  }

  private static FloatVector larger(FloatVector a, FloatVector b) {
    return a.blend(b, a.compare(VectorOperators.LT, b));
  }

  private static VectorMask<Float> sees(float key, FloatVector lo, FloatVector hi) {
    FloatVector k = broadcast(key);
    return lo.compare(VectorOperators.LE, k).and(hi.compare(VectorOperators.GE, k));
  }

  private static void start(long scores, int count, int key, long lanes) {
    store(NOTHING, lanes + MAX);
    store(NONE, lanes + SUM);
  }

  private static void maxima(long scores, int count, int key, long lanes) {
    FloatVector a = load(lanes + MAX), b = a, c = a, d = a;
    int k = 0;
    for (; k + 4 <= count; k += 4, scores += 4 * SCORES) {
      a = larger(a, load(scores));
      b = larger(b, load(scores + SCORES));
      c = larger(c, load(scores + 2 * SCORES));
      d = larger(d, load(scores + 3 * SCORES));
    }
    for (; k < count; k++, scores += SCORES) a = larger(a, load(scores));
    store(larger(larger(a, b), larger(c, d)), lanes + MAX);
  }

  private static void maximaMasked(long scores, int count, int key, long lanes) {
    FloatVector m = load(lanes + MAX), from = load(lanes + LO), to = load(lanes + HI);
    for (int k = 0; k < count; k++, scores += SCORES) {
      FloatVector s = load(scores);
      m = m.blend(s, sees(key + k, from, to).and(m.compare(VectorOperators.LT, s)));
    }
    store(m, lanes + MAX);
  }

  /** factor = 2^(old − new maximum); sum ·= factor. */
  private static void rescale(long scores, int count, int key, long lanes) {
    FloatVector f = VectorMath.exp2(load(lanes + OLD_MAX).sub(load(lanes + MAX)));
    store(f, lanes + FACTOR);
    store(load(lanes + SUM).mul(f), lanes + SUM);
  }

  /** score = 2^(score − maximum), added to the sum; the maximum is the old one from here on. */
  private static void exp(long scores, int count, int key, long lanes) {
    FloatVector m = load(lanes + MAX), sum = load(lanes + SUM);
    for (int k = 0; k < count; k++, scores += SCORES) {
      FloatVector p = probability(load(scores).sub(m));
      store(p, scores);
      sum = sum.add(p);
    }
    store(sum, lanes + SUM);
    store(m, lanes + OLD_MAX);
  }

  private static void expMasked(long scores, int count, int key, long lanes) {
    FloatVector m = load(lanes + MAX), sum = load(lanes + SUM), from = load(lanes + LO), to = load(lanes + HI);
    for (int k = 0; k < count; k++, scores += SCORES) {
      FloatVector p = NONE.blend(probability(load(scores).sub(m)), sees(key + k, from, to));
      store(p, scores);
      sum = sum.add(p);
    }
    store(sum, lanes + SUM);
    store(m, lanes + OLD_MAX);
  }

  /** factor = 1 / sum; logSumExp = maximum · ln 2 + ln sum. */
  private static void finish(long scores, int count, int key, long lanes) {
    FloatVector sum = load(lanes + SUM);
    store(ONE.div(sum), lanes + FACTOR);
    store(load(lanes + MAX).fma(LN_2, VectorMath.log(sum)), lanes + LOG_SUM_EXP);
  }

  /** score = p = 2^(score − logSumExp, here to base 2); gradient = p · (gradient − product). */
  private static void gradients(long scores, int count, int key, long lanes) {
    FloatVector l = load(lanes + LOG_SUM_EXP), product = load(lanes + PRODUCT);
    for (int k = 0; k < count; k++, scores += SCORES) {
      FloatVector p = probability(load(scores).sub(l));
      store(p, scores);
      store(load(scores + GRADIENT).sub(product).mul(p), scores + GRADIENT);
    }
  }

  private static void gradientsMasked(long scores, int count, int key, long lanes) {
    FloatVector l = load(lanes + LOG_SUM_EXP), product = load(lanes + PRODUCT), from = load(lanes + LO), to = load(lanes + HI);
    for (int k = 0; k < count; k++, scores += SCORES) {
      FloatVector p = NONE.blend(probability(load(scores).sub(l)), sees(key + k, from, to));
      store(p, scores);
      store(load(scores + GRADIENT).sub(product).mul(p), scores + GRADIENT);
    }
  }
}
