package org.vulpes.objective.reinforce;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.objective.StepBatch;
import org.vulpes.slot.Random64;

/**
 * Samples with everything that is learned from them; updates take them in parts. Rows are [samples, length]; what belongs to a token stands at the position that
 * predicts it.
 *
 * @param taught 1 at positions that predict a token of a sample that teaches something
 * @param generated new tokens that were drawn for it, those of samples that were dropped included
 * @param seed of the order in which updates take the samples
 */
record Rollout(int samples, int length, int[] tokens, int[] targets, float[] taught, float[] old, float[] reference, float[] advantage, float[] returns, float[] values, long generated, long bytes,
    double flops, SortedMap<String, Double> statistics, long seed) {
  static final String OLD = "old";
  static final String REFERENCE = "reference";
  static final String ADVANTAGE = "advantage";
  static final String RETURNS = "returns";
  static final String VALUES = "values";
  /** 1 / taught tokens of the step: what statistics are means by. */
  static final String SHARE = "share";

  /** The samples of one update, of {@code epochs · minibatches}. */
  StepBatch update(int index, Settings s) {
    int count = samples / s.minibatches(), epoch = index / s.minibatches(), all = s.epochs() * s.minibatches();
    int[] order = order(epoch);
    int[] mine = Arrays.copyOfRange(order, index % s.minibatches() * count, (index % s.minibatches() + 1) * count);
    var inputs = new TreeMap<String, Object>();
    inputs.put(StepBatch.TOKENS, rows(tokens, mine));
    inputs.put(StepBatch.TARGETS, rows(targets, mine));
    inputs.put(StepBatch.FIRST_VISIBLE, new int[count * length]);
    inputs.put(OLD, rows(old, mine));
    inputs.put(REFERENCE, rows(reference, mine));
    inputs.put(ADVANTAGE, rows(advantage, mine));
    if (s.hasValues()) {
      inputs.put(RETURNS, rows(returns, mine));
      inputs.put(VALUES, rows(values, mine));
    }
    float[] on = rows(taught, mine);
    inputs.put(StepBatch.WEIGHT, weights(on, count, s));
    inputs.put(SHARE, weights(on, count, Settings.Mean.TOKEN, s.most()));
    long before = generated * index / all, after = generated * (index + 1) / all, bytesBefore = bytes * index / all, bytesAfter = bytes * (index + 1) / all;
    // The rollout's own figures stand with its first update.
    return new StepBatch(count, length, inputs, after - before, bytesAfter - bytesBefore, index == 0 ? flops : 0, index == 0 ? statistics : new TreeMap<>(Map.of()));
  }

  private float[] weights(float[] on, int count, Settings s) {
    return weights(on, count, s.mean(), s.most());
  }

  private float[] weights(float[] on, int count, Settings.Mean mean, int most) {
    double all = 0;
    for (float x : on) all += x;
    var out = new float[on.length];
    for (int r = 0; r < count; r++) {
      double own = 0;
      for (int t = 0; t < length; t++) own += on[r * length + t];
      double weight = switch (mean) {
        case SEQUENCE -> own == 0 ? 0 : 1 / (count * own);
        case TOKEN -> all == 0 ? 0 : 1 / all;
        case CONSTANT -> 1.0 / ((double) count * most);
        case SUM -> 1.0 / count;
      };
      for (int t = 0; t < length; t++) out[r * length + t] = (float) (on[r * length + t] * weight);
    }
    return out;
  }

  /** Another order each epoch; with one update an epoch it does not matter, and stays. */
  private int[] order(int epoch) {
    var random = Random64.of(seed, "order", Integer.toString(epoch));
    var out = new int[samples];
    for (int i = 0; i < samples; i++) out[i] = i;
    for (int i = samples - 1; i > 0; i--) {
      int j = (int) random.below(i, i + 1);
      int swap = out[i];
      out[i] = out[j];
      out[j] = swap;
    }
    return out;
  }

  private int[] rows(int[] all, int[] which) {
    var out = new int[which.length * length];
    for (int i = 0; i < which.length; i++) System.arraycopy(all, which[i] * length, out, i * length, length);
    return out;
  }

  private float[] rows(float[] all, int[] which) {
    var out = new float[which.length * length];
    for (int i = 0; i < which.length; i++) System.arraycopy(all, which[i] * length, out, i * length, length);
    return out;
  }

  Map<String, Object> save() {
    var out = new TreeMap<String, Object>();
    out.put("samples", samples);
    out.put("length", length);
    out.put("tokens", Packed.of(tokens));
    out.put("targets", Packed.of(targets));
    out.put("taught", Packed.of(taught));
    out.put(OLD, Packed.of(old));
    out.put(REFERENCE, Packed.of(reference));
    out.put(ADVANTAGE, Packed.of(advantage));
    out.put(RETURNS, Packed.of(returns));
    out.put(VALUES, Packed.of(values));
    out.put("generated", generated);
    out.put("bytes", bytes);
    out.put("flops", flops);
    out.put("seed", Long.toString(seed));
    out.put("statistics", new TreeMap<>(statistics));
    return out;
  }

  static Rollout restore(Map<?, ?> saved) {
    var statistics = new TreeMap<String, Double>();
    ((Map<?, ?>) saved.get("statistics")).forEach((k, v) -> statistics.put((String) k, ((Number) v).doubleValue()));
    return new Rollout(((Number) saved.get("samples")).intValue(), ((Number) saved.get("length")).intValue(), Packed.ints(saved.get("tokens")), Packed.ints(saved.get("targets")),
        Packed.floats(saved.get("taught")), Packed.floats(saved.get(OLD)), Packed.floats(saved.get(REFERENCE)), Packed.floats(saved.get(ADVANTAGE)), Packed.floats(saved.get(RETURNS)),
        Packed.floats(saved.get(VALUES)), ((Number) saved.get("generated")).longValue(), ((Number) saved.get("bytes")).longValue(), ((Number) saved.get("flops")).doubleValue(), statistics,
        Long.parseLong((String) saved.get("seed")));
  }
}
