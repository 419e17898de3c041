package org.vulpes.generation;

import java.util.Arrays;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Random64;

/**
 * How the next token is drawn from logits. Temperature is applied first, then top-k, then top-p (Holtzman et al. 2020).
 *
 * @param temperature divides the logits; 0: always the likeliest token
 * @param topK how many of the likeliest tokens may be drawn; 0: all
 * @param topP the likeliest tokens that together reach this probability may be drawn; 1: all
 * @param seed of the draws: the same seed, prompt and weights give the same text
 * @param endOfText the token after which a text ends; −1: none
 * @throws InvalidInput when a value is out of range
 */
public record Sampling(double temperature, int topK, double topP, long seed, int endOfText) {
  public Sampling {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new InvalidInput("The temperature must be 0 or more, but is " + temperature + ".");
    }
    if (topK < 0) throw new InvalidInput("top-k must be 0 (all tokens) or more, but is " + topK + ".");
    if (!(topP > 0 && topP <= 1)) throw new InvalidInput("top-p must be above 0 and at most 1, but is " + topP + ".");
  }

  /** The likeliest token every time; the lowest id where two are equally likely. */
  public static Sampling greedy(int endOfText) {
    return new Sampling(0, 0, 1, 0, endOfText);
  }

  /** The id of the {@code step}-th token that is drawn. */
  int pick(double[] logits, long step) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
    if (temperature == 0) return best;

    long[] likeliest = likeliestFirst(logits);
    int candidates = topK == 0 ? likeliest.length : Math.min(topK, likeliest.length);
    var weight = new double[candidates];
    double all = 0;
    for (int i = 0; i < candidates; i++) {
      weight[i] = StrictMath.exp((logits[id(likeliest[i])] - logits[best]) / temperature);
      all += weight[i];
    }
    int kept = 0;
    double mass = 0;
    while (kept < candidates && (kept == 0 || mass < topP * all)) mass += weight[kept++];

    double drawn = Random64.of(seed, "sampling").uniform(step) * mass;
    for (int i = 0; i < kept; i++) {
      drawn -= weight[i];
      if (drawn < 0) return id(likeliest[i]);
    }
    return id(likeliest[kept - 1]);
  }

  /** Ids by falling logit, then rising id, in one sort of primitive keys: an order-preserving image of the logit above, the id below. */
  private static long[] likeliestFirst(double[] logits) {
    var keys = new long[logits.length];
    for (int i = 0; i < keys.length; i++) {
      int bits = Float.floatToIntBits((float) logits[i] + 0f);
      int rising = bits >= 0 ? bits : ~(bits & 0x7FFFFFFF);
      keys[i] = (long) ~rising << 32 | i;
    }
    Arrays.sort(keys);
    return keys;
  }

  private static int id(long key) {
    return (int) key;
  }
}
