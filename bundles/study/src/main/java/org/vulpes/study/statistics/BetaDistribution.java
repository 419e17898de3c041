package org.vulpes.study.statistics;

/** The beta distribution with shapes {@code a} and {@code b} on [0, 1]. */
public record BetaDistribution(double a, double b) implements Distribution {
  @Override
  public double lower(double x) {
    return x <= 0 ? 0 : x >= 1 ? 1 : IncompleteBeta.of(x, 1 - x, a, b);
  }

  @Override
  public double upper(double x) {
    return x <= 0 ? 1 : x >= 1 ? 0 : IncompleteBeta.of(1 - x, x, b, a);
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
      double p = lower ? IncompleteBeta.of(x, rest, a, b) : IncompleteBeta.of(rest, x, b, a);
      return Root.log(p) - target;
    }, StrictMath.log(a / b), 1);
    return logistic(odds);
  }

  private static double logistic(double y) {
    return 1 / (1 + StrictMath.exp(-y));
  }
}
