package org.vulpes.study.statistics;

import java.util.OptionalLong;

/**
 * What the decision rule says about one arm against the baseline, with every number it rests on. Differences are arm minus baseline,
 * in the metric's unit; which sign is better is the rule's business. A number that does not exist is NaN.
 *
 * @param rule the rule that decided
 * @param family how many comparisons were declared, this one included
 * @param name of the arm
 * @param pairs seeds with a finite value in both arms
 * @param lostPairs seeds left out because an arm failed or diverged there
 * @param meanDifference of the pairs
 * @param interval 1 - alpha confidence interval of the mean difference, not adjusted for the family
 * @param sd of the differences
 * @param p two-sided paired t, of this look alone
 * @param pHolm adjusted for all looks so far and over the family: decides better / worse
 * @param pEquivalence TOST against &plusmn; the smallest effect, of this look alone
 * @param pEquivalenceHolm adjusted for all looks so far and over its own family: decides equivalent
 * @param pSignFlip exact, two-sided; printed, decides nothing; NaN above {@link SignFlip#LARGEST} pairs
 * @param correlation of the two arms over the seeds: what pairing gains
 */
public record Verdict(DecisionRule rule, int family, String name, Kind kind, int pairs, int lostPairs, double meanDifference,
    Interval interval, double sd, double p, double pHolm, double pEquivalence, double pEquivalenceHolm, double pSignFlip,
    double correlation) {

  /** The answers there are. */
  public enum Kind {
    BETTER("better"),
    WORSE("worse"),
    EQUIVALENT("equivalent within δ"),
    BETTER_WITHIN_DELTA("better, but within δ"),
    WORSE_WITHIN_DELTA("worse, but within δ"),
    UNDECIDED("undecided"),
    /** Every difference is exactly 0. */
    IDENTICAL("identical");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** As a report prints it. */
    public String words() {
      return words;
    }
  }

  /**
   * For an undecided comparison, how many seeds more would decide it with 80 % power: the smallest n at which, were the true difference
   * the observed mean and the true sd the observed one, the t test or the equivalence test would succeed. The observed mean rather than δ,
   * because either answer decides: a mean near 0 is settled by equivalence, one beyond δ by the t test, and the hardest lies between,
   * where a single comparison at alpha 0.05 takes some 10 (sd/δ)² seeds. Tests at alpha / family, Holm's first step. The figure is as
   * uncertain as the two estimates, and seeds added after this look are a further look. Empty when decided, or when there is no sd to go
   * by. Takes up to some tenths of a second, so keep the answer.
   */
  public OptionalLong moreSeeds() {
    if (kind != Kind.UNDECIDED || Double.isNaN(p)) {
      return OptionalLong.empty();
    }
    // Doubling, then halving: the chance grows with n.
    long enough = pairs + 1L;
    long tooFew = pairs;
    while (!decides(enough)) {
      tooFew = enough;
      enough *= 2;
      if (enough > 1L << 40) {
        return OptionalLong.empty();
      }
    }
    while (enough - tooFew > 1) {
      long middle = (enough + tooFew) / 2;
      if (decides(middle)) {
        enough = middle;
      } else {
        tooFew = middle;
      }
    }
    return OptionalLong.of(enough - pairs);
  }

  /** 1 - 2 alpha confidence interval of the mean difference, not adjusted for the family: equivalence is found where it lies within &plusmn;δ. */
  public Interval equivalenceInterval() {
    if (!interval.isDefined()) {
      return Interval.UNDEFINED;
    }
    double half = new StudentT(pairs - 1).upperQuantile(rule.alpha()) * sd / StrictMath.sqrt(pairs);
    return new Interval(meanDifference - half, meanDifference + half);
  }

  public boolean decided() {
    return kind != Kind.UNDECIDED;
  }

  /** The same numbers without a decision. */
  Verdict undecided() {
    return new Verdict(rule, family, name, Kind.UNDECIDED, pairs, lostPairs, meanDifference, interval, sd, p, pHolm, pEquivalence,
        pEquivalenceHolm, pSignFlip, correlation);
  }

  private boolean decides(long n) {
    return Power.decision(n, rule.smallestEffect(), meanDifference, sd, rule.alpha() / family) >= DecisionRule.POWER;
  }

  /** The difference that these many pairs find with 80 % power at the observed sd, at alpha / family; NaN without an sd. */
  public double detectableDifference() {
    return Double.isNaN(p) ? Double.NaN : rule.detectableDifference(pairs, family, sd);
  }
}
