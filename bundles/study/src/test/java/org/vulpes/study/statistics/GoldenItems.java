package org.vulpes.study.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.vulpes.evaluation.Score;

/** What the golden file of proportions, paired items, clusters and pass@k expects: by what `eval` uses, and by the distributions behind it where it uses less. */
final class GoldenItems {
  private GoldenItems() {}

  static Map<String, Object> compute(GoldenCase c) {
    return c.has("cluster") ? clusters(c) : c.has("d") ? paired(c) : c.has("k") ? passes(c) : proportion((int) c.scalar("x"), (int) c.scalar("n"));
  }

  private static Map<String, Object> proportion(int x, int n) {
    var p = new Proportion(x, n);
    double z = Normal.STANDARD.quantile(0.975), wald = z * Math.sqrt(p.estimate() * (1 - p.estimate()) / n);
    var got = new HashMap<String, Object>();
    got.put("estimate", p.estimate());
    got.put("wilson95", p.wilson(0.95));
    got.put("wilson90", p.wilson(0.9));
    got.put("wilson95_closed_form", p.wilson(0.95));
    got.put("wilson95_continuity", corrected(p, z));
    got.put("clopper_pearson95", new Interval(x == 0 ? 0 : new BetaDistribution(x, n - x + 1).quantile(0.025), x == n ? 1 : new BetaDistribution(x + 1, n - x).quantile(0.975)));
    got.put("jeffreys95", new Interval(x == 0 ? 0 : new BetaDistribution(x + 0.5, n - x + 0.5).quantile(0.025), x == n ? 1 : new BetaDistribution(x + 0.5, n - x + 0.5).quantile(0.975)));
    got.put("wald95", new Interval(p.estimate() - wald, p.estimate() + wald));
    got.put("exact_p_vs_half", Proportion.pFair(x, n - x));
    return got;
  }

  /** Wilson's interval of the estimate moved by Yates' correction, as R's prop.test has it. */
  private static Interval corrected(Proportion p, double z) {
    int n = p.trials();
    double yates = Math.min(0.5, Math.abs(p.successes() - n / 2.0)) / n, s = z * z / (2 * n);
    double low = p.estimate() - yates, high = p.estimate() + yates;
    return new Interval(low <= 0 ? 0 : (low + s - z * Math.sqrt(low * (1 - low) / n + s / (2 * n))) / (1 + 2 * s),
        high >= 1 ? 1 : (high + s + z * Math.sqrt(high * (1 - high) / n + s / (2 * n))) / (1 + 2 * s));
  }

  private static Map<String, Object> paired(GoldenCase c) {
    int first = (int) c.scalar("b"), second = (int) c.scalar("c"), few = Math.min(first, second), discordant = first + second;
    double n = c.scalar("a") + discordant + c.scalar("d"), gap = first - second;
    double difference = gap / n, se = Math.sqrt(discordant - gap * gap / n) / n, z = Normal.STANDARD.quantile(0.975);
    double chi = gap * gap / discordant, lessOne = Math.max(0, Math.abs(gap) - 1), corrected = lessOne * lessOne / discordant;
    var tosses = new Binomial(discordant, 0.5);
    var got = new HashMap<String, Object>();
    got.put("n_discordant", discordant);
    got.put("exact_p", Proportion.pFair(first, second));
    got.put("mid_p", discordant == 0 ? 1 : Math.min(1, tosses.lower(few) + tosses.lower(few - 1)));
    got.put("chi2", chi);
    got.put("chi2_p", new ChiSquared(1).upper(chi));
    got.put("chi2_corrected", corrected);
    got.put("chi2_corrected_p", new ChiSquared(1).upper(corrected));
    got.put("accuracy_difference", difference);
    got.put("se_difference", se);
    got.put("wald95", new Interval(difference - z * se, difference + z * se));
    got.put("odds_ratio", second == 0 ? Double.POSITIVE_INFINITY : (double) first / second);
    if (discordant > 0) {
      var exact = (Interval) proportion(first, discordant).get("clopper_pearson95");
      got.put("odds_ratio_exact_ci95", new Interval(exact.low() / (1 - exact.low()), exact.high() / (1 - exact.high())));
    }
    return got;
  }

  private static Map<String, Object> clusters(GoldenCase c) {
    double[] y = c.array("y");
    List<Double> values = Arrays.stream(y).boxed().toList();
    var score = Score.of(values, Arrays.stream(c.array("cluster")).mapToObj(Double::toString).toList());
    double single = Score.of(values, IntStream.range(0, y.length).mapToObj(Integer::toString).toList()).standardError();
    int n = y.length, g = score.clusters();
    double cr0 = score.standardError() * Math.sqrt((g - 1.0) / g);
    // Miller's has the items' own squares over n - 1 and what is common to a cluster over n.
    double own = single * single * (n - 1) / n;
    var got = new HashMap<String, Object>();
    got.put("n", n);
    got.put("clusters", g);
    got.put("mean", score.mean());
    got.put("se_clt", single);
    got.put("se_cr0", cr0);
    got.put("se_cr0_by_hand", cr0);
    got.put("se_cr_g", score.standardError());
    got.put("se_cr1", score.standardError());
    got.put("se_miller", Math.sqrt(single * single + cr0 * cr0 - own));
    got.put("design_effect", cr0 * cr0 / (single * single));
    double half = new StudentT(g - 1).quantile(0.975) * score.standardError(), z = Normal.STANDARD.quantile(0.975) * cr0;
    got.put("ci95_t_cr1", new Interval(score.mean() - half, score.mean() + half));
    got.put("ci95_normal_cr0", new Interval(score.mean() - z, score.mean() + z));
    return got;
  }

  private static Map<String, Object> passes(GoldenCase c) {
    double[] n = c.array("n"), right = c.array("c"), k = c.array("k");
    if (!c.expects("per_problem")) {
      return Map.of("pass_at_k", IntStream.range(0, k.length).mapToDouble(i -> Score.passAt((int) k[i], (int) n[i % n.length], (int) right[i % right.length])).toArray(),
          "pass_hat_k", IntStream.range(0, k.length).mapToDouble(i -> allOf((int) k[i], (int) n[i % n.length], (int) right[i % right.length])).toArray());
    }
    var rows = new double[right.length][k.length];
    var means = new double[k.length];
    var errors = new double[k.length];
    var single = IntStream.range(0, right.length).mapToObj(Integer::toString).toList();
    for (int j = 0; j < k.length; j++) {
      var column = new ArrayList<Double>();
      for (int i = 0; i < right.length; i++) column.add(rows[i][j] = Score.passAt((int) k[j], (int) n[0], (int) right[i]));
      var score = Score.of(column, single);
      means[j] = score.mean();
      errors[j] = score.standardError();
    }
    return Map.of("per_problem", rows, "mean", means, "se_over_problems", errors);
  }

  /** That all of k are right: what is left when none is wrong. */
  private static double allOf(int k, int n, int right) {
    return 1 - Score.passAt(k, n, n - right);
  }
}
