package org.vulpes.study.statistics;

/**
 * The noncentral t distribution, (Z + ncp) / S with Z normal and S an independent sample standard deviation: what the t statistic follows
 * when there is an effect. By quadrature over S, absolutely good to about 1e-13.
 */
public record NoncentralT(double df, double ncp) implements Distribution {
  @Override
  public double lower(double t) {
    return tail(t, true);
  }

  @Override
  public double upper(double t) {
    return tail(t, false);
  }

  /** The noncentralities under which the observed t is not extreme: an exact interval with confidence {@code level}. */
  public static Interval noncentrality(double t, double df, double level) {
    double a = 0.5 * (1 - level);
    return new Interval(solve(t, df, a, false), solve(t, df, a, true));
  }

  /** The noncentrality with P(T &le; t) = a ({@code lower}) or P(T &gt; t) = a. */
  private static double solve(double t, double df, double a, boolean lower) {
    if (Double.isNaN(t)) {
      return Double.NaN;
    }
    double target = StrictMath.log(a);
    double guess = t + (lower ? 2 : -2) * StrictMath.sqrt(1 + t * t / (2 * df));
    return Root.of(ncp -> Root.log(new NoncentralT(df, ncp).tail(t, lower)) - target, guess, 1 + 0.1 * Math.abs(t));
  }

  /** P(T &le; t) = E Phi(t S - ncp). */
  private double tail(double t, boolean lower) {
    if (Double.isNaN(t) || Double.isNaN(ncp)) {
      return Double.NaN;
    }
    var chi = new ScaledChi(df);
    double width = chi.width();
    // The normal probability turns where t S = ncp, over a width of 1 / ncp on the log axis.
    double turn = t != 0 && ncp / t > 0 ? StrictMath.log(ncp / t) : 0;
    double turnWidth = 1 / (1 + Math.abs(ncp));
    double low = chi.low() - StrictMath.log1p(Math.abs(t));
    return Quadrature.integrate(u -> {
      double z = t * StrictMath.exp(u) - ncp;
      return (lower ? Normal.STANDARD.lower(z) : Normal.STANDARD.upper(z)) * chi.density(u);
    }, low, chi.high(), -8 * width, -3 * width, 0, 3 * width, 8 * width,
        turn - 8 * turnWidth, turn - 2 * turnWidth, turn, turn + 2 * turnWidth, turn + 8 * turnWidth);
  }
}
