package org.vulpes.objective.reinforce;

/** Advantages from rewards, by the papers' formulas. A reward that is NaN was contained: it has no part in its group's figures, and the advantage 0. */
final class Advantages {
  /** Keeps the division by a deviation finite; of the order of rewards' rounding. */
  private static final double EPSILON = 1e-6;

  private Advantages() {}

  /** True when all rewards of the group that count are equal, or fewer than two count: there is nothing to compare. */
  static boolean equal(double[] group) {
    double first = Double.NaN;
    for (double r : group) {
      if (Double.isNaN(r)) continue;
      if (Double.isNaN(first)) first = r;
      else if (r != first) return false;
    }
    return true;
  }

  /** GRPO (Shao et al. 2024): (r − mean) / deviation over the group; without the deviation that of Dr. GRPO (Liu et al. 2025). 0 for a group of equal rewards. */
  static double[] group(double[] rewards, boolean deviation) {
    var out = new double[rewards.length];
    if (equal(rewards)) return out;
    double sum = 0, squares = 0;
    int n = 0;
    for (double r : rewards) {
      if (Double.isNaN(r)) continue;
      sum += r;
      n++;
    }
    for (double r : rewards) if (!Double.isNaN(r)) squares += (r - sum / n) * (r - sum / n);
    double scale = deviation ? Math.sqrt(squares / n) + EPSILON : 1;
    for (int i = 0; i < out.length; i++) out[i] = Double.isNaN(rewards[i]) ? 0 : (rewards[i] - sum / n) / scale;
    return out;
  }

  /** RLOO (Ahmadian et al. 2024): r minus the mean of the others. */
  static double[] leaveOneOut(double[] rewards) {
    var out = new double[rewards.length];
    if (equal(rewards)) return out;
    double sum = 0;
    int n = 0;
    for (double r : rewards) {
      if (Double.isNaN(r)) continue;
      sum += r;
      n++;
    }
    for (int i = 0; i < out.length; i++) out[i] = Double.isNaN(rewards[i]) ? 0 : rewards[i] - (sum - rewards[i]) / (n - 1);
    return out;
  }

  /**
   * Generalised advantage estimation (Schulman et al. 2016) of one sample: δ_t = r_t + γ V_{t+1} − V_t, A_t = δ_t + γ λ A_{t+1}; behind the last token V is 0.
   *
   * @param rewards of each token
   * @param values before each token
   */
  static double[] generalised(double[] rewards, double[] values, double gamma, double lambda) {
    int n = rewards.length;
    var out = new double[n];
    double next = 0;
    for (int t = n - 1; t >= 0; t--) {
      double delta = rewards[t] + gamma * (t + 1 < n ? values[t + 1] : 0) - values[t];
      next = delta + gamma * lambda * next;
      out[t] = next;
    }
    return out;
  }
}
