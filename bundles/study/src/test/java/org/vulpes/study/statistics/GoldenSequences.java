package org.vulpes.study.statistics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** What the golden file about looks expects: the mixture test at every look, and group-sequential boundaries. */
final class GoldenSequences {
  private GoldenSequences() {}

  static Map<String, Object> compute(GoldenCase c) {
    if (c.has("d")) {
      return mixture(c);
    }
    if (c.expects("false_positive_rate")) {
      double z = Normal.STANDARD.quantile(0.975);
      double[] rates = Arrays.stream(c.array("K")).map(k -> {
        double[] same = new double[(int) k];
        Arrays.fill(same, z);
        return sum(GroupSequential.crossing(same, GroupSequential.equalSteps((int) k), true));
      }).toArray();
      return Map.of("false_positive_rate", rates);
    }
    int looks = (int) c.scalar("K");
    double alpha = c.scalar("alpha");
    return c.expects("constant_C") ? constant(c, looks, alpha) : spending(c, looks, alpha);
  }

  private static Map<String, Object> mixture(GoldenCase c) {
    double[] d = c.array("d");
    int[] n = Arrays.stream(c.array("look_n")).mapToInt(x -> (int) x).toArray();
    double alpha = c.scalar("alpha");
    double sigma = c.scalar("sigma");
    double nullMean = c.scalar("theta0");
    var test = new MixtureSprt(sigma, c.scalar("tau"), nullMean);
    double[] mean = Arrays.stream(n).mapToDouble(k -> Arrays.stream(d, 0, k).average().orElseThrow()).toArray();
    double[] log = each(n.length, k -> test.logRatio(n[k], mean[k]));
    double[] ratio = Arrays.stream(log).map(Math::exp).toArray();
    double[] half = each(n.length, k -> test.halfWidth(n[k], alpha));
    double[] p = test.p(n, mean);
    var got = new HashMap<String, Object>();
    got.put("ybar", mean);
    got.put("lambda", ratio);
    got.put("lambda_by_integration", ratio);
    got.put("log_lambda", log);
    got.put("p_always_valid", p);
    got.put("p_fixed_n_z", each(n.length, k -> 2 * Normal.STANDARD.upper(Math.abs(mean[k] - nullMean) * Math.sqrt(n[k]) / sigma)));
    got.put("cs_halfwidth", half);
    double[] low = each(n.length, k -> mean[k] - half[k]);
    double[] high = each(n.length, k -> mean[k] + half[k]);
    got.put("cs_lower", low);
    got.put("cs_upper", high);
    got.put("running_cs_lower", each(n.length, k -> Arrays.stream(low, 0, k + 1).max().orElseThrow()));
    got.put("running_cs_upper", each(n.length, k -> Arrays.stream(high, 0, k + 1).min().orElseThrow()));
    int first = IntStream.range(0, n.length).filter(k -> p[k] <= alpha).findFirst().orElse(-1);
    got.put("first_rejecting_look", first < 0 ? Double.NaN : first + 1);
    got.put("cs_excludes_theta0_same", IntStream.range(0, n.length).allMatch(k -> (log[k] >= -Math.log(alpha)) == (Math.abs(mean[k] - nullMean) >= half[k])));
    return got;
  }

  private static Map<String, Object> constant(GoldenCase c, int looks, double alpha) {
    boolean fleming = c.code("constant_C").contains("t^-0.5");
    DoubleUnaryOperator shape = fleming ? t -> 1 / Math.sqrt(t) : t -> 1;
    double[] t = GroupSequential.equalSteps(looks);
    double twoSided = GroupSequential.constant(looks, alpha, true, shape);
    double oneSided = GroupSequential.constant(looks, alpha / 2, false, shape);
    double[] z = Arrays.stream(t).map(s -> twoSided * shape.applyAsDouble(s)).toArray();
    double[] oneSidedZ = Arrays.stream(t).map(s -> oneSided * shape.applyAsDouble(s)).toArray();
    double[] crossing = GroupSequential.crossing(z, t, true);
    var got = new HashMap<String, Object>();
    got.put("constant_C", twoSided);
    got.put("boundaries_z", z);
    got.put("nominal_p_two_sided", Arrays.stream(z).map(x -> 2 * Normal.STANDARD.upper(x)).toArray());
    got.put("stage_crossing", crossing);
    got.put("total_alpha", sum(crossing));
    got.put("mvtnorm_total_alpha", sum(crossing));
    got.put("one_sided_boundaries_z", oneSidedZ);
    got.put("rpact_one_sided_z", oneSidedZ);
    got.put("rpact_two_sided_z", z);
    return got;
  }

  private static Map<String, Object> spending(GoldenCase c, int looks, double alpha) {
    var function = c.code("cumulative_spent").contains("log(") ? Spending.POCOCK : Spending.OBRIEN_FLEMING;
    double[] t = GroupSequential.equalSteps(looks);
    double[] z = GroupSequential.boundaries(t, alpha, function);
    return Map.of("cumulative_spent", Arrays.stream(t).map(s -> function.spent(alpha, s)).toArray(), "boundaries_z", z, "rpact_z", z);
  }

  private static double sum(double[] values) {
    return Arrays.stream(values).sum();
  }

  private static double[] each(int n, java.util.function.IntToDoubleFunction f) {
    return IntStream.range(0, n).mapToDouble(f).toArray();
  }
}
