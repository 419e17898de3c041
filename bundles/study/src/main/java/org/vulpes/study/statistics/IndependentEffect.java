package org.vulpes.study.statistics;

/**
 * How large a difference between two independent samples is: in pooled standard deviations, and as the chance that x is above y.
 *
 * @param df degrees of freedom of the pooled variance
 * @param pooledSd its root
 * @param ds difference of the means over the pooled sd
 * @param a12 Vargha and Delaney's A: P(x &gt; y) + P(x = y) / 2
 */
public record IndependentEffect(int nx, int ny, double df, double pooledSd, double ds, double a12) {
  public static IndependentEffect of(double[] x, double[] y) {
    double sd = StrictMath.sqrt(TTest.pooledVariance(Moments.of(x), Moments.of(y)));
    double wins = 0;
    for (double a : x) {
      for (double b : y) {
        wins += a > b ? 1 : a == b ? 0.5 : 0;
      }
    }
    double difference = TTest.pooled(x, y).estimate();
    return new IndependentEffect(x.length, y.length, x.length + y.length - 2, sd, difference / sd, wins / x.length / y.length);
  }

  /** Cliff's delta, P(x &gt; y) - P(x &lt; y). */
  public double cliffsDelta() {
    return 2 * a12 - 1;
  }

  public double t() {
    return ds / scale();
  }

  public double correction() {
    return Hedges.correction(df);
  }

  /** ds without its small-sample bias. */
  public double gs() {
    return ds * correction();
  }

  /** Exact interval of ds. */
  public Interval dsInterval(double level) {
    return NoncentralT.noncentrality(t(), df, level).times(scale());
  }

  public Interval gsInterval(double level) {
    return dsInterval(level).times(correction());
  }

  private double scale() {
    return StrictMath.sqrt(1.0 / nx + 1.0 / ny);
  }
}
