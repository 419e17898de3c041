package org.vulpes.generation;

import java.util.Arrays;
import java.util.BitSet;

/** Draws tokens from rows of logits. Keeps memory for one row; used by one thread at a time. */
final class Draw {
  private final Sampling sampling;
  private final float[] row;
  private final float[] weight;
  /** Of all weights of the row. */
  private double total;
  /** Of the token that was drawn last. */
  private double logProbability;

  Draw(Sampling sampling, int vocabulary) {
    this.sampling = sampling;
    row = new float[vocabulary];
    weight = new float[vocabulary];
  }

  /**
   * @param logits of whole batches; the row begins at {@code from}
   * @param seen ids that the penalty applies to
   * @param uniform in [0, 1): decides
   */
  int next(float[] logits, int from, BitSet seen, double uniform) {
    System.arraycopy(logits, from, row, 0, row.length);
    float inverse = sampling.temperature() == 0 ? 1 : (float) (1 / sampling.temperature());
    float max = max(row);
    exponentials(max, inverse);
    double logSum = StrictMath.log(total);
    int best = penalise(seen) ? likeliest(row) : likeliest(row, max);
    int drawn = sampling.temperature() == 0 ? best : draw(best, inverse, uniform);
    logProbability = (double) (logits[from + drawn] - max) * inverse - logSum;
    return drawn;
  }

  double logProbability() {
    return logProbability;
  }

  private boolean penalise(BitSet seen) {
    if (sampling.repetitionPenalty() == 1) return false;
    float penalty = (float) sampling.repetitionPenalty();
    for (int id = seen.nextSetBit(0); id >= 0; id = seen.nextSetBit(id + 1)) row[id] = row[id] > 0 ? row[id] / penalty : row[id] * penalty;
    return true;
  }

  private int draw(int best, float inverse, double uniform) {
    if (sampling.repetitionPenalty() != 1) exponentials(row[best], inverse);
    if (sampling.unfiltered()) {
      double rest = uniform * total;
      for (int i = 0; i < weight.length; i++) {
        rest -= weight[i];
        if (rest < 0) return i;
      }
      return best;
    }
    int candidates = sampling.topK() == 0 ? row.length : Math.min(sampling.topK(), row.length);
    long[] keys = likeliestFirst(row, candidates);
    double all = 0;
    for (long k : keys) all += weight[id(k)];
    int kept = 0;
    double mass = 0;
    float least = (float) (sampling.minP() * weight[id(keys[0])]);
    while (kept < keys.length && (kept == 0 || mass < sampling.topP() * all && weight[id(keys[kept])] >= least)) mass += weight[id(keys[kept++])];
    double rest = uniform * mass;
    for (int i = 0; i < kept; i++) {
      rest -= weight[id(keys[i])];
      if (rest < 0) return id(keys[i]);
    }
    return id(keys[kept - 1]);
  }

  private static float max(float[] x) {
    float max = Float.NEGATIVE_INFINITY;
    for (float v : x) max = Math.max(max, v);
    return max;
  }

  private static int likeliest(float[] x) {
    return likeliest(x, max(x));
  }

  private static int likeliest(float[] x, float max) {
    for (int i = 0; i < x.length; i++) if (x[i] == max) return i;
    throw new IllegalStateException("The model's logits are not numbers; its weights are damaged or have diverged.");
  }

  /** weight = e^((row − max) / temperature) for every token, and their sum. The polynomial is exact to 1e-7 of each weight, and the loop is one of vectors. */
  private void exponentials(float max, float inverse) {
    for (int i = 0; i < weight.length; i++) {
      float x = Math.max(-87f, (row[i] - max) * inverse);
      float n = Math.fma(x, 1.44269504f, 12582912f);
      float whole = n - 12582912f;
      float r = Math.fma(whole, 2.12194440e-4f, Math.fma(whole, -0.693359375f, x));
      float p = Math.fma(r, 0.0013843651882946108f, 0.008374156950627515f);
      p = Math.fma(p, r, 0.04166800214153527f);
      p = Math.fma(p, r, 0.1666643124374585f);
      p = Math.fma(p, r, 0.4999999420834431f);
      p = Math.fma(p, r, 1.0000000321689082f);
      p = Math.fma(p, r, 1f);
      weight[i] = Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(n) << 23));
    }
    double sum = 0;
    for (float w : weight) sum += w;
    total = sum;
  }

  /** The ids of the largest logits by falling logit, then rising id, as primitive keys: an order-preserving image of the logit above, the id below. */
  private static long[] likeliestFirst(float[] logits, int count) {
    if (count > logits.length / 4) {
      var all = new long[logits.length];
      for (int i = 0; i < all.length; i++) all[i] = key(logits[i], i);
      Arrays.sort(all);
      return count == all.length ? all : Arrays.copyOf(all, count);
    }
    var best = new long[count];
    Arrays.fill(best, Long.MAX_VALUE);
    for (int i = 0; i < logits.length; i++) {
      long k = key(logits[i], i);
      if (k >= best[count - 1]) continue;
      int at = -1 - Arrays.binarySearch(best, k);
      System.arraycopy(best, at, best, at + 1, count - 1 - at);
      best[at] = k;
    }
    return best;
  }

  private static long key(float logit, int id) {
    int bits = Float.floatToIntBits(logit + 0f);
    int rising = bits >= 0 ? bits : ~(bits & 0x7FFFFFFF);
    return (long) ~rising << 32 | id;
  }

  private static int id(long key) {
    return (int) key;
  }
}
