package org.vulpes.study.statistics;

import org.apache.commons.math3.special.Erf;

/** The standard normal distribution, with quantiles good to 1e-12 relative down to the smallest normal number. */
public record Normal() implements Distribution {
  private static final double SQRT2 = StrictMath.sqrt(2);
  /** Beyond these the probability is 0 or 1 to the last bit. */
  private static final double ALL = 9;
  private static final double NOTHING = -38.6;

  public static final Normal STANDARD = new Normal();

  @Override
  public double lower(double x) {
    return x > ALL ? 1 : x < NOTHING ? 0 : 0.5 * Erf.erfc(-x / SQRT2);
  }

  @Override
  public double upper(double x) {
    return lower(-x);
  }

  /** The x with P(X &le; x) = p; NaN outside [0, 1]. */
  public double quantile(double p) {
    return p <= 0.5 ? -upperQuantile(p) : upperQuantile(1 - p);
  }

  /** The x with P(X &gt; x) = p; NaN outside [0, 1]. */
  public double upperQuantile(double p) {
    if (!(p >= 0 && p <= 1)) {
      return Double.NaN;
    }
    if (p > 0.5) {
      return -upperQuantile(1 - p);
    }
    if (p == 0.5) {
      return 0;
    }
    if (p == 0) {
      return Double.POSITIVE_INFINITY;
    }
    // Solved for log x: near the median in the mass between -x and x, further out in the tail, so that digits are kept at both ends.
    if (p > 0.25) {
      double mass = StrictMath.log(1 - 2 * p);
      return StrictMath.exp(Root.of(y -> Root.log(Erf.erf(StrictMath.exp(y) / SQRT2)) - mass, mass + 0.2, 0.5));
    }
    double tail = StrictMath.log(p);
    return StrictMath.exp(Root.of(y -> Root.log(upper(StrictMath.exp(y))) - tail, 0.5 * StrictMath.log(-2 * tail), 0.2));
  }
}
