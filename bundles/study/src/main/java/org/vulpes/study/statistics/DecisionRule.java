package org.vulpes.study.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The one rule that turns paired results into verdicts, fixed before a study runs. Two-sided paired t, Holm-adjusted over the family,
 * decides better or worse; TOST at the same alpha, Holm-adjusted over its own family, decides equivalent; both true reads "better, but
 * within δ". Where a study is looked at several times, alpha is spent over the {@link Looks}: each of these tests has one p-value for all looks
 * so far ({@link SequentialT}), and those are what Holm adjusts. All differences exactly 0 reads identical; constant other differences, or fewer than two pairs, read undecided without a p.
 * A comparison without a p still counts in the family that was declared.
 *
 * @param alpha chance of any false alarm in the family, and of any false equivalence
 * @param smallestEffect δ: differences below it do not matter, in the unit of the metric
 * @param higher whether a higher metric is better
 */
public record DecisionRule(double alpha, double smallestEffect, boolean higher) {
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

  /** Of a metric of which less is better. */
  public DecisionRule(double alpha, double smallestEffect) {
    this(alpha, smallestEffect, false);
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

  /** Verdicts on a family of comparisons that is looked at once, in the order given. */
  public List<Verdict> judge(List<Comparison> family) {
    return judge(family, Looks.once(family.stream().mapToInt(c -> c.arm().length).max().orElse(1)), 0);
  }

  /**
   * Verdicts at one look, in the order given.
   *
   * @param family values in the order of the seeds; those beyond the look are not used
   * @param look which of the looks this is, from 0
   */
  public List<Verdict> judge(List<Comparison> family, Looks looks, int look) {
    int m = family.size();
    var evidence = family.stream().map(c -> Evidence.of(c, looks, look, smallestEffect)).toList();
    double[] pHolm = Multiplicity.HOLM.adjust(evidence.stream().mapToDouble(Evidence::p).toArray(), m);
    double[] pEquivalenceHolm = Multiplicity.HOLM.adjust(evidence.stream().mapToDouble(Evidence::pEquivalence).toArray(), m);
    var verdicts = new ArrayList<Verdict>(m);
    for (int i = 0; i < m; i++) {
      Evidence e = evidence.get(i);
      TTest test = e.test();
      double[] d = Pairs.differences(e.arm(), e.baseline());
      verdicts.add(new Verdict(this, m, family.get(i).name(), kind(e, pHolm[i], pEquivalenceHolm[i]), d.length, e.lost(),
          test.estimate(), test.interval(1 - alpha), Moments.of(d).sd(), test.p(), pHolm[i], new Equivalence(test, -smallestEffect, smallestEffect).p(),
          pEquivalenceHolm[i], signFlip(d), Pairs.correlation(e.baseline(), e.arm())));
    }
    return verdicts;
  }

  /**
   * How far a study has come.
   *
   * @param look the last look that was taken, from 0; -1 before the first
   * @param over whether it ends there: every comparison is decided, or it was the last look
   */
  public record Course(int look, boolean over, List<Verdict> verdicts) {}

  /**
   * Takes one look after the other, up to {@code reached}, and ends at the first that decides every comparison: what comes after it is not used,
   * even if it is there. An arm that is decided sooner goes on with the others, so that all are judged on the same seeds.
   *
   * @param reached the last look whose seeds are all there; -1 for none
   */
  public Course follow(List<Comparison> family, Looks looks, int reached) {
    List<Verdict> verdicts = List.of();
    for (int k = 0; k <= reached; k++) {
      verdicts = judge(family, looks, k);
      if (k == looks.count() - 1 || verdicts.stream().allMatch(Verdict::decided)) {
        return new Course(k, true, verdicts);
      }
    }
    return new Course(reached, false, reached < 0 ? preview(family) : verdicts);
  }

  /** Differences and intervals of what is there before the first look; nothing is decided. */
  public List<Verdict> preview(List<Comparison> family) {
    return judge(family).stream().map(Verdict::undecided).toList();
  }

  /**
   * What one comparison has to say at a look.
   *
   * @param baseline pairs with a number on both sides, as {@code arm}
   * @param p two-sided, for all looks so far
   * @param lower whether the smaller one-sided p is that of a lower metric
   * @param pEquivalence TOST, for all looks so far
   */
  private record Evidence(double[] baseline, double[] arm, int lost, TTest test, double p, boolean lower, double pEquivalence) {
    static Evidence of(Comparison c, Looks looks, int look, double delta) {
      int seeds = Math.min(looks.seeds(look), c.arm().length);
      double[][] pairs = finitePairs(c, seeds);
      TTest last = TTest.paired(pairs[1], pairs[0]);
      int[] usable = new int[look + 1];
      int[] counts = new int[look + 1];
      double[][] p = new double[4][look + 1];
      int n = 0;
      for (int k = 0; k <= look; k++) {
        double[][] then = finitePairs(c, Math.min(looks.seeds(k), c.arm().length));
        TTest test = TTest.paired(then[1], then[0]);
        int count = then[0].length;
        // A look without a usable test, or without a pair more than the one before, rejects nothing and spends nothing.
        if (test.state() == TTest.State.USABLE && (n == 0 || count > counts[n - 1])) {
          usable[n] = k;
          counts[n] = count;
          p[0][n] = test.pLess(0);
          p[1][n] = test.pGreater(0);
          p[2][n] = test.pGreater(-delta);
          p[3][n] = test.pLess(delta);
          n++;
        }
      }
      if (n == 0) {
        return new Evidence(pairs[0], pairs[1], seeds - pairs[0].length, last, Double.NaN, false, Double.NaN);
      }
      SequentialT all = looks.test(Arrays.copyOf(usable, n), Arrays.copyOf(counts, n));
      int used = n;
      double[] overall = Arrays.stream(p).mapToDouble(levels -> all.p(Arrays.copyOf(levels, used))).toArray();
      return new Evidence(pairs[0], pairs[1], seeds - pairs[0].length, last, Math.min(1, 2 * Math.min(overall[0], overall[1])), overall[0] < overall[1],
          Math.max(overall[2], overall[3]));
    }
  }

  /** What {@code seeds} pairs can detect with 80 % power in each of {@code family} comparisons if differences vary by {@code sd}. */
  public double detectableDifference(int seeds, int family, double sd) {
    return Power.detectableDifference(seeds, alpha / family, POWER, sd);
  }

  private Verdict.Kind kind(Evidence e, double pHolm, double pEquivalenceHolm) {
    // An arm that lost a seed is not identical, whatever the others show.
    if (e.test().state() == TTest.State.IDENTICAL && e.lost() == 0) {
      return Verdict.Kind.IDENTICAL;
    }
    // NaN compares false: without a p nothing is decided.
    boolean different = pHolm < alpha;
    boolean equivalent = pEquivalenceHolm < alpha;
    if (different && equivalent) {
      return better(e) ? Verdict.Kind.BETTER_WITHIN_DELTA : Verdict.Kind.WORSE_WITHIN_DELTA;
    }
    if (different) {
      return better(e) ? Verdict.Kind.BETTER : Verdict.Kind.WORSE;
    }
    return equivalent ? Verdict.Kind.EQUIVALENT : Verdict.Kind.UNDECIDED;
  }

  private boolean better(Evidence e) {
    return e.lower != higher;
  }

  private static double[][] finitePairs(Comparison c, int seeds) {
    int[] kept = IntStream.range(0, seeds)
        .filter(i -> Double.isFinite(c.arm()[i]) && Double.isFinite(c.baseline()[i])).toArray();
    return new double[][] {
      IntStream.of(kept).mapToDouble(i -> c.baseline()[i]).toArray(), IntStream.of(kept).mapToDouble(i -> c.arm()[i]).toArray()};
  }

  private static double signFlip(double[] d) {
    return d.length == 0 || d.length > SignFlip.LARGEST ? Double.NaN : SignFlip.of(d).p();
  }
}
