package org.vulpes.study.statistics;

/**
 * So many successes of independent trials.
 *
 * @param successes from 0 to {@code trials}
 */
public record Proportion(int successes, int trials) {
  public Proportion {
    if (successes < 0 || successes > trials || trials < 1) throw new IllegalArgumentException(successes + " of " + trials + " is no proportion");
  }

  public double estimate() {
    return (double) successes / trials;
  }

  /** Wilson's score interval (1927): it covers at its level near 0 and 1 too, where the estimate ± z standard errors does not. */
  public Interval wilson(double level) {
    double z = Normal.STANDARD.quantile(0.5 + level / 2);
    double middle = successes + z * z / 2;
    double half = z * Math.sqrt((double) successes * (trials - successes) / trials + z * z / 4);
    double all = trials + z * z;
    // Exact ends, without what rounding leaves.
    return new Interval(successes == 0 ? 0 : (middle - half) / all, successes == trials ? 1 : (middle + half) / all);
  }

  /** Two-sided exact p of a fair coin, 1 when it was never tossed: McNemar's test, by the items that only one of two models got right. */
  public static double pFair(int heads, int tails) {
    int n = heads + tails;
    return n == 0 ? 1 : Math.min(1, 2 * new Binomial(n, 0.5).lower(Math.min(heads, tails)));
  }
}
