package org.vulpes.study.statistics;

/** Student's t distribution; the degrees of freedom need not be whole. */
public record StudentT(double df) implements Distribution {
  @Override
  public double lower(double x) {
    return upper(-x);
  }

  @Override
  public double upper(double x) {
    if (Double.isNaN(x)) {
      return Double.NaN;
    }
    // P(T > x) = I(df / (df + x^2); df/2, 1/2) / 2 for x >= 0
    double tail = 0.5 * IncompleteBeta.of(df / (df + x * x), x * x / (df + x * x), 0.5 * df, 0.5);
    return x >= 0 ? tail : 1 - tail;
  }

  /** The x with P(T &le; x) = p; NaN outside [0, 1]. */
  public double quantile(double p) {
    return p <= 0.5 ? -upperQuantile(p) : upperQuantile(1 - p);
  }

  /** The x with P(T &gt; x) = p; NaN outside [0, 1]. */
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
    double guess = StrictMath.log(Normal.STANDARD.upperQuantile(p));
    if (p > 0.25) {
      double mass = StrictMath.log(1 - 2 * p);
      return StrictMath.exp(Root.of(y -> Root.log(central(StrictMath.exp(y))) - mass, guess, 0.3));
    }
    double tail = StrictMath.log(p);
    return StrictMath.exp(Root.of(y -> Root.log(upper(StrictMath.exp(y))) - tail, guess + 0.3, 0.3));
  }

  /** P(-x &lt; T &lt; x), with all its digits for small x. */
  private double central(double x) {
    return IncompleteBeta.of(x * x / (df + x * x), df / (df + x * x), 0.5, 0.5 * df);
  }
}
