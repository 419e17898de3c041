package org.vulpes.study.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The one rule that turns paired results into verdicts, fixed before a study runs. Two-sided paired t, Holm-adjusted over the family,
 * decides better or worse; TOST at the same alpha, Holm-adjusted over its own family, decides equivalent; both true reads "better, but
 * within δ". All differences exactly 0 reads identical; constant other differences, or fewer than two pairs, read undecided without a p.
 * A comparison without a p still counts in the family that was declared.
 *
 * @param alpha chance of any false alarm in the family, and of any false equivalence
 * @param smallestEffect δ: differences below it do not matter, in the unit of the metric
 */
public record DecisionRule(double alpha, double smallestEffect) {
  /** Power at which seeds are planned. */
  public static final double POWER = 0.8;

  public DecisionRule {
    if (!(alpha > 0 && alpha < 0.5)) {
      throw new IllegalArgumentException("alpha must lie between 0 and 0.5, not at " + alpha + ".");
    }
    if (!(smallestEffect > 0) || Double.isInfinite(smallestEffect)) {
      throw new IllegalArgumentException("The smallest effect must be above 0, not " + smallestEffect + ".");
    }
  }

  /**
   * One arm against the baseline.
   *
   * @param baseline metric of the baseline by seed; NaN or infinite where the trial failed or diverged
   * @param arm metric of the arm at the same seeds in the same order
   */
  public record Comparison(String name, double[] baseline, double[] arm) {
    public Comparison {
      if (baseline.length != arm.length) {
        throw new IllegalArgumentException("Arm " + name + " has " + arm.length + " seeds and its baseline " + baseline.length
            + "; give both one value a seed, NaN for a failed trial.");
      }
    }
  }

  /** Verdicts on a family of comparisons, in the order given. */
  public List<Verdict> judge(List<Comparison> family) {
    int m = family.size();
    double[][][] pairs = new double[m][][];
    TTest[] tests = new TTest[m];
    double[] p = new double[m];
    double[] pEquivalence = new double[m];
    for (int i = 0; i < m; i++) {
      pairs[i] = finitePairs(family.get(i));
      tests[i] = TTest.paired(pairs[i][1], pairs[i][0]);
      p[i] = tests[i].p();
      pEquivalence[i] = new Equivalence(tests[i], -smallestEffect, smallestEffect).p();
    }
    double[] pHolm = Multiplicity.HOLM.adjust(p, m);
    double[] pEquivalenceHolm = Multiplicity.HOLM.adjust(pEquivalence, m);
    var verdicts = new ArrayList<Verdict>(m);
    for (int i = 0; i < m; i++) {
      double[] d = Pairs.differences(pairs[i][1], pairs[i][0]);
      int lost = family.get(i).arm().length - d.length;
      verdicts.add(new Verdict(this, m, family.get(i).name(), kind(tests[i], pHolm[i], pEquivalenceHolm[i], lost), d.length, lost,
          tests[i].estimate(), tests[i].interval(1 - alpha), Moments.of(d).sd(), p[i], pHolm[i], pEquivalence[i], pEquivalenceHolm[i],
          signFlip(d), Pairs.correlation(pairs[i][0], pairs[i][1])));
    }
    return verdicts;
  }

  /** What {@code seeds} pairs can detect with 80 % power in each of {@code family} comparisons if differences vary by {@code sd}. */
  public double detectableDifference(int seeds, int family, double sd) {
    return Power.detectableDifference(seeds, alpha / family, POWER, sd);
  }

  private Verdict.Kind kind(TTest test, double pHolm, double pEquivalenceHolm, int lost) {
    // An arm that lost a seed is not identical, whatever the others show.
    if (test.state() == TTest.State.IDENTICAL && lost == 0) {
      return Verdict.Kind.IDENTICAL;
    }
    // NaN compares false: without a p nothing is decided.
    boolean different = pHolm < alpha;
    boolean equivalent = pEquivalenceHolm < alpha;
    boolean better = test.estimate() < 0;
    if (different && equivalent) {
      return better ? Verdict.Kind.BETTER_WITHIN_DELTA : Verdict.Kind.WORSE_WITHIN_DELTA;
    }
    if (different) {
      return better ? Verdict.Kind.BETTER : Verdict.Kind.WORSE;
    }
    return equivalent ? Verdict.Kind.EQUIVALENT : Verdict.Kind.UNDECIDED;
  }

  private static double[][] finitePairs(Comparison c) {
    int[] kept = IntStream.range(0, c.arm().length)
        .filter(i -> Double.isFinite(c.arm()[i]) && Double.isFinite(c.baseline()[i])).toArray();
    return new double[][] {
      IntStream.of(kept).mapToDouble(i -> c.baseline()[i]).toArray(), IntStream.of(kept).mapToDouble(i -> c.arm()[i]).toArray()};
  }

  private static double signFlip(double[] d) {
    return d.length == 0 || d.length > SignFlip.LARGEST ? Double.NaN : SignFlip.of(d).p();
  }
}
