package org.vulpes.study.statistics;

import org.apache.commons.math3.special.Beta;

/** The beta distribution with shapes {@code a} and {@code b} on [0, 1]. */
public record BetaDistribution(double a, double b) implements Distribution {
  @Override
  public double lower(double x) {
    return x <= 0 ? 0 : x >= 1 ? 1 : Beta.regularizedBeta(x, a, b);
  }

  @Override
  public double upper(double x) {
    return x <= 0 ? 1 : x >= 1 ? 0 : Beta.regularizedBeta(1 - x, b, a);
  }

  /** The x with P(X &le; x) = p; NaN outside [0, 1]. */
  public double quantile(double p) {
    return p <= 0.5 ? solve(p, true) : solve(1 - p, false);
  }

  /** The x with P(X &gt; x) = p; NaN outside [0, 1]. */
  public double upperQuantile(double p) {
    return p <= 0.5 ? solve(p, false) : solve(1 - p, true);
  }

  /** Solves on the log-odds axis, where x and 1 - x both keep their digits; {@code tail} is the smaller of the two probabilities. */
  private double solve(double tail, boolean lower) {
    if (!(tail >= 0 && tail <= 1)) {
      return Double.NaN;
    }
    if (tail == 0) {
      return lower ? 0 : 1;
    }
    double target = StrictMath.log(tail);
    double odds = Root.of(y -> {
      double x = logistic(y);
      double rest = logistic(-y);
      double p = lower ? Beta.regularizedBeta(x, a, b) : Beta.regularizedBeta(rest, b, a);
      return Root.log(p) - target;
    }, StrictMath.log(a / b), 1);
    return logistic(odds);
  }

  private static double logistic(double y) {
    return 1 / (1 + StrictMath.exp(-y));
  }
}
