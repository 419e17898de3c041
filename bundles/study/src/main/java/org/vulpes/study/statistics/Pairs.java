package org.vulpes.study.statistics;

/** What is computed from two arms whose values stand in pairs: same index, same seed. */
public final class Pairs {
  private Pairs() {}

  /** First minus second, pair by pair. */
  public static double[] differences(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException("Pairs need as many values on both sides, not " + x.length + " and " + y.length + ".");
    }
    double[] d = new double[x.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = x[i] - y[i];
    }
    return d;
  }

  /** Pearson's correlation; NaN below two pairs or when an arm is constant. Centred first, so an offset costs no digits. */
  public static double correlation(double[] x, double[] y) {
    var mx = Moments.of(x);
    var my = Moments.of(y);
    double covariance = 0;
    for (int i = 0; i < x.length; i++) {
      covariance += (x[i] - mx.mean()) * (y[i] - my.mean());
    }
    double r = covariance / (x.length - 1) / (mx.sd() * my.sd());
    return Double.isNaN(r) || Double.isInfinite(r) ? Double.NaN : Math.clamp(r, -1, 1);
  }

  /** Fisher's interval of a correlation r of n pairs, z = artanh r being about normal with a variance of 1 / (n - 3); undefined below four pairs. */
  public static Interval correlationInterval(double r, int n, double level) {
    if (n < 4 || Double.isNaN(r)) {
      return Interval.UNDEFINED;
    }
    double z = 0.5 * StrictMath.log((1 + r) / (1 - r));
    double half = Normal.STANDARD.upperQuantile(0.5 * (1 - level)) / StrictMath.sqrt(n - 3);
    return new Interval(StrictMath.tanh(z - half), StrictMath.tanh(z + half));
  }
}
