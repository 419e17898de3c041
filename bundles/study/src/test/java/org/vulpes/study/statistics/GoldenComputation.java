package org.vulpes.study.statistics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Computes, under the names of the golden files, everything that their cases can expect from the inputs given. */
final class GoldenComputation {
  private static final Pattern FUNCTION = Pattern.compile("A\\((?:mapply\\()?(\\w+)");
  private static final Pattern LEVEL = Pattern.compile("(?:(\\w+)_)?ci(\\d\\d)");
  private static final Pattern REJECT = Pattern.compile("(\\w+)_reject_([0-9.]+)");

  private GoldenComputation() {}

  static Map<String, Object> distribution(GoldenCase c) {
    Matcher function = FUNCTION.matcher(c.code("lower"));
    if (!function.find()) {
      throw new IllegalArgumentException("no distribution function in: " + c.code("lower"));
    }
    double[] x = c.array(c.has("p") ? "p" : c.has("q") ? "q" : c.has("t") ? "t" : "x");
    var got = new HashMap<String, Object>();
    switch (function.group(1)) {
      case "pt" -> tails(got, x, i -> new StudentT(at(c, "df", i)));
      case "pnorm" -> tails(got, x, i -> Normal.STANDARD);
      case "pf" -> tails(got, x, i -> new FisherF(at(c, "df1", i), at(c, "df2", i)));
      case "pchisq" -> tails(got, x, i -> new ChiSquared(at(c, "df", i)));
      case "pbinom" -> tails(got, x, i -> new Binomial((int) at(c, "size", i), at(c, "prob", i)));
      case "qt" -> quantiles(got, x, i -> new StudentT(at(c, "df", i)).quantile(x[i]), i -> new StudentT(at(c, "df", i)).upperQuantile(x[i]));
      case "qnorm" -> quantiles(got, x, i -> Normal.STANDARD.quantile(x[i]), i -> Normal.STANDARD.upperQuantile(x[i]));
      case "qbeta" -> quantiles(got, x, i -> new BetaDistribution(at(c, "a", i), at(c, "b", i)).quantile(x[i]),
          i -> new BetaDistribution(at(c, "a", i), at(c, "b", i)).upperQuantile(x[i]));
      case "nct_quad" -> {
        tails(got, x, i -> new NoncentralT(at(c, "df", i), at(c, "ncp", i)));
        got.put("lower_pt", got.get("lower"));
        got.put("upper_pt", got.get("upper"));
        if (c.expects("lower_pt") && c.expects("upper_pt")) {
          got.put("max_abs_gap_pt_vs_quadrature", Math.max(largestGap((double[]) got.get("lower"), c.expected("lower_pt")),
              largestGap((double[]) got.get("upper"), c.expected("upper_pt"))));
        }
      }
      default -> throw new IllegalArgumentException("unknown distribution function " + function.group(1));
    }
    return got;
  }

  private interface Law {
    Distribution at(int i);
  }

  private static void tails(Map<String, Object> got, double[] x, Law law) {
    quantiles(got, x, i -> law.at(i).lower(x[i]), i -> law.at(i).upper(x[i]));
  }

  private static void quantiles(Map<String, Object> got, double[] x, IntToDoubleFunction lower, IntToDoubleFunction upper) {
    got.put("lower", each(x.length, lower));
    got.put("upper", each(x.length, upper));
  }

  private static double[] each(int n, IntToDoubleFunction f) {
    double[] values = new double[n];
    Arrays.setAll(values, f);
    return values;
  }

  /** R recycles a single parameter along the values. */
  private static double at(GoldenCase c, String name, int i) {
    double[] values = c.array(name);
    return values[i % values.length];
  }

  private static double largestGap(double[] a, double[] b) {
    double gap = 0;
    for (int i = 0; i < a.length; i++) {
      gap = Math.max(gap, Math.abs(a[i] - b[i]));
    }
    return gap;
  }

  static Map<String, Object> pairedT(GoldenCase c) {
    double[] d = Pairs.differences(c.array("x"), c.array("y"));
    var moments = Moments.of(d);
    var test = TTest.oneSample(d);
    var got = new HashMap<String, Object>();
    got.put("n", d.length);
    got.put("diff", d);
    putTest(got, "", test);
    got.put("se_diff", test.standardError());
    got.put("mean_diff", moments.mean());
    got.put("sd_diff", moments.sd());
    got.put("mpfr_mean_diff", moments.mean());
    got.put("mpfr_sd_diff", moments.sd());
    got.put("mpfr_t", test.t());
    got.put("r_t", test.t());
    got.put("r_p", test.p());
    got.put("r_error", switch (test.state()) {
      case TOO_FEW -> "not enough 'x' observations";
      case CONSTANT -> "data are essentially constant";
      case USABLE, IDENTICAL -> "no error";
    });
    putLevels(got, c, (prefix, level) -> test.interval(level));
    if (c.expects("signflip_p_two_sided")) {
      got.put("signflip_p_two_sided", SignFlip.of(d).p());
    }
    return got;
  }

  static Map<String, Object> fewPairs(GoldenCase c) {
    if (c.has("x")) {
      return twoSamples(c);
    }
    if (c.has("alpha")) {
      double[] alpha = c.array("alpha");
      return Map.of("n", each(alpha.length, i -> SignFlip.pairsNeeded(alpha[i])));
    }
    return c.expects("n_nonzero") ? signedRank(c.array("d")) : signFlip(c.array("d"));
  }

  private static Map<String, Object> twoSamples(GoldenCase c) {
    double[] x = c.array("x");
    double[] y = c.array("y");
    var welch = TTest.welch(x, y);
    var student = TTest.pooled(x, y);
    var got = new HashMap<String, Object>();
    putTest(got, "", welch);
    got.put("se", welch.standardError());
    got.put("mean_diff", welch.estimate());
    got.put("student_t", student.t());
    got.put("student_df", student.df());
    got.put("student_p", student.p());
    got.put("f_var_ratio", Moments.of(x).variance() / Moments.of(y).variance());
    got.put("mpfr_mean_diff", welch.estimate());
    got.put("mpfr_t", welch.t());
    putLevels(got, c, (prefix, level) -> prefix == null ? welch.interval(level) : student.interval(level));
    return got;
  }

  private static void putTest(Map<String, Object> got, String prefix, TTest test) {
    got.put(prefix + "t", test.t());
    got.put(prefix + "df", test.df());
    got.put(prefix + "p_two_sided", test.p());
    got.put(prefix + "p_greater", test.pGreater(0));
    got.put(prefix + "p_less", test.pLess(0));
  }

  private static Map<String, Object> signedRank(double[] d) {
    var test = Wilcoxon.of(d);
    var got = new HashMap<String, Object>();
    got.put("n_nonzero", test.nonZero());
    got.put("V", test.rankSumPositive());
    got.put("W_minus", test.rankSumNegative());
    got.put("p_two_sided_exact", test.p());
    got.put("p_greater_exact", test.pGreater());
    got.put("p_less_exact", test.pLess());
    got.put("min_attainable_p", test.smallestP());
    got.put("p_wilcox.test_exact", test.p());
    got.put("p_wilcox.exact", test.p());
    got.put("p_pratt_exact", Wilcoxon.pratt(d).p());
    got.put("p_normal_corrected", test.pNormalCorrected());
    got.put("p_normal_uncorrected", test.pNormal());
    got.put("hodges_lehmann", Wilcoxon.hodgesLehmann(d));
    var interval = Wilcoxon.medianInterval(d, 0.95);
    got.put("hl_ci95_exact", interval.interval());
    got.put("hl_ci95_achieved_level", interval.achievedLevel());
    return got;
  }

  private static Map<String, Object> signFlip(double[] d) {
    var test = SignFlip.of(d);
    var got = new HashMap<String, Object>();
    got.put("n", test.n());
    got.put("patterns", test.patterns());
    got.put("count_two_sided", test.countTwoSided());
    got.put("count_greater", test.countGreater());
    got.put("count_less", test.countLess());
    got.put("p_two_sided", test.p());
    got.put("p_greater", test.pGreater());
    got.put("p_less", test.pLess());
    // The formula of the files gives 2 and 1 where no difference is left, which is no probability.
    got.put("min_attainable_p_two_sided", test.nonZero() == 0 ? 2 : test.smallestP());
    got.put("min_attainable_p_one_sided", Math.scalb(1.0, -test.nonZero()));
    got.put("smallest_gap_to_a_tie", test.gapToTie());
    return got;
  }

  static Map<String, Object> multiplicity(GoldenCase c) {
    var methods = Map.of("bonferroni", Multiplicity.BONFERRONI, "holm", Multiplicity.HOLM, "hochberg", Multiplicity.HOCHBERG,
        "BH", Multiplicity.BENJAMINI_HOCHBERG, "BY", Multiplicity.BENJAMINI_YEKUTIELI, "hommel", Multiplicity.HOMMEL);
    double[] p = c.array("p");
    var got = new HashMap<String, Object>();
    methods.forEach((name, method) -> {
      // A family declared beforehand counts its missing p-values: only the code tells the two apart.
      boolean declared = c.code(name).contains("q[is.na(q)] <- 1");
      got.put(name, declared ? method.adjust(p, p.length) : method.adjust(p));
    });
    c.json().path("expected").fieldNames().forEachRemaining(name -> {
      Matcher reject = REJECT.matcher(name);
      if (reject.matches() && methods.containsKey(reject.group(1))) {
        double[] adjusted = (double[]) got.get(reject.group(1));
        boolean[] rejected = new boolean[p.length];
        for (int i = 0; i < p.length; i++) {
          rejected[i] = adjusted[i] <= Double.parseDouble(reject.group(2));
        }
        got.put(name, rejected);
      }
    });
    return got;
  }

  static Map<String, Object> equivalence(GoldenCase c) {
    double low = c.scalar("low");
    double high = c.scalar("high");
    double alpha = c.scalar("alpha");
    var test = TTest.paired(c.array("x"), c.array("y"));
    var tost = new Equivalence(test, low, high);
    boolean equivalent = tost.p() < alpha;
    boolean different = test.p() < alpha;
    var got = new HashMap<String, Object>();
    got.put("mean_diff", test.estimate());
    got.put("se", test.standardError());
    got.put("df", test.df());
    got.put("t_lower", test.t(low));
    got.put("t_upper", test.t(high));
    got.put("p_lower", tost.pLower());
    got.put("p_upper", tost.pUpper());
    got.put("p_tost", tost.p());
    got.put("ci_1_minus_2alpha", tost.interval(alpha));
    got.put("ci_inside_bounds", tost.interval(alpha).isInside(low, high));
    got.put("equivalent", equivalent);
    got.put("p_nhst_two_sided", test.p());
    got.put("ci_1_minus_alpha", test.interval(1 - alpha));
    got.put("different", different);
    got.put("class", equivalent ? (different ? "different_but_within_delta" : "equivalent")
        : different ? (test.estimate() < 0 ? "x_lower" : "x_higher") : "undecided");
    return got;
  }

  static Map<String, Object> effectSize(GoldenCase c) {
    var got = new HashMap<String, Object>();
    if (!c.has("x")) {
      double[] df = c.array("df");
      got.put("J", each(df.length, i -> Hedges.correction(df[i])));
      got.put("J_approx", each(df.length, i -> Hedges.approximateCorrection(df[i])));
      return got;
    }
    double[] x = c.array("x");
    double[] y = c.array("y");
    if (c.expects("d_z")) {
      var effect = PairedEffect.of(x, y);
      got.put("n", effect.n());
      got.put("d_z", effect.dz());
      got.put("J", effect.correction());
      got.put("J_approx", Hedges.approximateCorrection(effect.n() - 1));
      got.put("g_z", effect.gz());
      got.put("t", effect.t());
      got.put("d_av", effect.dav());
      got.put("d_rm", effect.drm());
      got.put("cor", effect.correlation());
      got.put("prob_improvement_paired", effect.probabilityOfImprovement());
      got.put("effectsize_d", effect.dz());
      putLevels(got, c, (prefix, level) -> switch (prefix) {
        case "ncp" -> effect.noncentrality(level);
        case "d_z", "effectsize" -> effect.dzInterval(level);
        case "g_z" -> effect.gzInterval(level);
        case null, default -> null;
      });
    } else {
      var effect = IndependentEffect.of(x, y);
      got.put("df", effect.df());
      got.put("sp", effect.pooledSd());
      got.put("d_s", effect.ds());
      got.put("J", effect.correction());
      got.put("J_approx", Hedges.approximateCorrection(effect.df()));
      got.put("g_s", effect.gs());
      got.put("t", effect.t());
      got.put("A12", effect.a12());
      got.put("cliffs_delta", effect.cliffsDelta());
      got.put("effectsize_d", effect.ds());
      putLevels(got, c, (prefix, level) -> switch (prefix) {
        case "ncp" -> NoncentralT.noncentrality(effect.t(), effect.df(), level);
        case "d_s", "effectsize" -> effect.dsInterval(level);
        case "g_s" -> effect.gsInterval(level);
        case null, default -> null;
      });
    }
    return got;
  }

  private interface AtLevel {
    Interval interval(String prefix, double level);
  }

  /** Intervals are asked for by names such as ci95 or d_z_ci90. */
  private static void putLevels(Map<String, Object> got, GoldenCase c, AtLevel at) {
    c.json().path("expected").fieldNames().forEachRemaining(name -> {
      Matcher level = LEVEL.matcher(name);
      Interval interval = level.matches() ? at.interval(level.group(1), Integer.parseInt(level.group(2)) / 100.0) : null;
      if (interval != null) {
        got.put(name, interval);
      }
    });
  }

  static Map<String, Object> power(GoldenCase c) {
    double alpha = c.scalar("alpha");
    var got = new HashMap<String, Object>();
    if (c.has("theta")) {
      return Map.of("power", Power.equivalence(c.scalar("n"), c.scalar("delta"), c.scalar("theta"), c.scalar("sd"), alpha));
    }
    if (c.has("rho")) {
      double[] n = c.array("n");
      double sigma = c.scalar("sigma");
      double sd = sigma * StrictMath.sqrt(2 * (1 - c.scalar("rho")));
      double power = c.scalar("power");
      got.put("sd_of_differences", sd);
      got.put("unpaired", each(n.length, i -> Power.detectableDifference(Power.Design.UNPAIRED, n[i], alpha, power, sigma)));
      got.put("paired", each(n.length, i -> Power.detectableDifference((int) n[i], alpha, power, sd)));
      return got;
    }
    double sd = c.scalar("sd");
    boolean paired = c.json().path("r").toString().contains("type='paired'");
    var design = paired ? Power.Design.PAIRED : Power.Design.UNPAIRED;
    if (!c.has("delta")) {
      double delta = Power.detectableDifference(design, c.scalar("n"), alpha, c.scalar("power"), sd);
      return Map.of("delta", delta, "delta_over_sd", delta / sd);
    }
    double delta = c.scalar("delta");
    if (!c.has("n")) {
      double exact = Power.sampleSize(design, delta, sd, alpha, c.scalar("power"));
      double n = Math.ceil(exact);
      got.put("n_exact", exact);
      got.put("n", n);
      got.put("power_at_n", Power.twoSided(design, n, delta, sd, alpha));
      got.put("power_at_n_minus_1", n > 2 ? Power.twoSided(design, n - 1, delta, sd, alpha) : Double.NaN);
      return got;
    }
    double n = c.scalar("n");
    double both = Power.twoSided(design, n, delta, sd, alpha);
    got.put("power", both);
    got.put("power_pwr", both);
    got.put("power_quadrature", both);
    got.put("power_one_tail", Power.rightDirection(design, n, delta, sd, alpha));
    got.put("power_one_sided_test", Power.oneSided(design, n, delta, sd, alpha));
    got.put("ncp", design.noncentrality(n, delta / sd));
    return got;
  }
}
