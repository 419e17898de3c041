package org.vulpes.study.statistics;

/**
 * A t test of a mean or a difference of means: estimate, standard error and degrees of freedom, from which the p-values and intervals follow.
 * Where {@link #state} is not USABLE, every statistic is NaN and every interval undefined.
 */
public record TTest(double estimate, double standardError, double df, State state) {
  /** Whether the data carry an estimate of their own variance. */
  public enum State {
    USABLE,
    /** All differences are exactly 0. */
    IDENTICAL,
    /** The standard error is below what rounding alone makes of constant values. */
    CONSTANT,
    /** Fewer values than a variance needs. */
    TOO_FEW
  }

  /** R's guard: below this multiple of the mean, what looks like a standard error is rounding. */
  private static final double CONSTANT_BELOW = 10 * 0x1p-52;

  /** Paired test of x against y; the estimate is the mean of x - y. */
  public static TTest paired(double[] x, double[] y) {
    return oneSample(Pairs.differences(x, y));
  }

  /** Test of the mean of differences against 0. */
  public static TTest oneSample(double[] differences) {
    var m = Moments.of(differences);
    double se = m.standardError();
    return new TTest(m.mean(), se, m.n() - 1, m.n() < 2 ? State.TOO_FEW : state(se, m.mean(), m.mean()));
  }

  /** Welch's test of the mean of x against that of y: variances may differ. */
  public static TTest welch(double[] x, double[] y) {
    return twoSample(x, y, false);
  }

  /** Student's test with one pooled variance. */
  public static TTest pooled(double[] x, double[] y) {
    return twoSample(x, y, true);
  }

  private static TTest twoSample(double[] x, double[] y, boolean pooled) {
    if (x.length == 0 || y.length == 0 || (pooled ? x.length + y.length < 3 : x.length < 2 || y.length < 2)) {
      return new TTest(Moments.of(x).mean() - Moments.of(y).mean(), Double.NaN, Double.NaN, State.TOO_FEW);
    }
    // One offset for both arms, or the difference of two means far from 0 keeps only the digits of the means.
    double offset = x[0];
    var mx = Moments.of(minus(x, offset));
    var my = Moments.of(minus(y, offset));
    double difference = mx.mean() - my.mean();
    double df;
    double se;
    if (pooled) {
      df = x.length + y.length - 2;
      se = StrictMath.sqrt(pooledVariance(mx, my) * (1.0 / x.length + 1.0 / y.length));
    } else {
      double vx = mx.variance() / x.length;
      double vy = my.variance() / y.length;
      se = StrictMath.sqrt(vx + vy);
      // Welch-Satterthwaite, on shares of the variance so that it does not underflow
      double a = vx / (vx + vy);
      double b = vy / (vx + vy);
      df = 1 / (a * a / (x.length - 1) + b * b / (y.length - 1));
    }
    return new TTest(difference, se, df, state(se, difference, Math.max(Math.abs(mx.mean() + offset), Math.abs(my.mean() + offset))));
  }

  /** Variance around each arm's own mean. */
  static double pooledVariance(Moments x, Moments y) {
    double squares = (x.n() < 2 ? 0 : (x.n() - 1) * x.variance()) + (y.n() < 2 ? 0 : (y.n() - 1) * y.variance());
    return squares / (x.n() + y.n() - 2);
  }

  private static double[] minus(double[] values, double offset) {
    double[] shifted = new double[values.length];
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = values[i] - offset;
    }
    return shifted;
  }

  private static State state(double se, double estimate, double scale) {
    if (se == 0 && estimate == 0) {
      return State.IDENTICAL;
    }
    return se < CONSTANT_BELOW * Math.abs(scale) ? State.CONSTANT : State.USABLE;
  }

  /** The t statistic against 0. */
  public double t() {
    return t(0);
  }

  /** The t statistic against {@code mean}. */
  public double t(double mean) {
    return state == State.USABLE ? (estimate - mean) / standardError : Double.NaN;
  }

  /** Two-sided p-value against 0. */
  public double p() {
    return state == State.USABLE ? 2 * distribution().upper(Math.abs(t())) : Double.NaN;
  }

  /** One-sided p-value of the alternative that the true value is above {@code mean}. */
  public double pGreater(double mean) {
    return state == State.USABLE ? distribution().upper(t(mean)) : Double.NaN;
  }

  /** One-sided p-value of the alternative that the true value is below {@code mean}. */
  public double pLess(double mean) {
    return state == State.USABLE ? distribution().lower(t(mean)) : Double.NaN;
  }

  /** Two-sided confidence interval, {@code level} for instance 0.95. */
  public Interval interval(double level) {
    if (state != State.USABLE) {
      return Interval.UNDEFINED;
    }
    double half = distribution().upperQuantile(0.5 * (1 - level)) * standardError;
    return new Interval(estimate - half, estimate + half);
  }

  private StudentT distribution() {
    return new StudentT(df);
  }
}
