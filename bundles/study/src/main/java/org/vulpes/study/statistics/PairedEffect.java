package org.vulpes.study.statistics;

import java.util.Arrays;

/**
 * How large a paired difference x - y is in standard deviations.
 *
 * @param n pairs
 * @param dz mean difference over the sd of the differences
 * @param dav mean difference over the root of the arms' mean variance
 * @param drm dz brought back to the arms' scale by their correlation, dz sqrt(2 (1 - r))
 * @param correlation of the pairs
 * @param probabilityOfImprovement share of the pairs in which x is lower, ties half
 */
public record PairedEffect(int n, double dz, double dav, double drm, double correlation, double probabilityOfImprovement) {
  public static PairedEffect of(double[] x, double[] y) {
    double[] d = Pairs.differences(x, y);
    var m = Moments.of(d);
    double dz = m.mean() / m.sd();
    double r = Pairs.correlation(x, y);
    double lower = Arrays.stream(d).map(v -> v < 0 ? 1 : v == 0 ? 0.5 : 0).sum();
    double dav = m.mean() / StrictMath.sqrt(0.5 * (Moments.of(x).variance() + Moments.of(y).variance()));
    return new PairedEffect(m.n(), dz, dav, dz * StrictMath.sqrt(2 * (1 - r)), r, lower / m.n());
  }

  public double t() {
    return dz * StrictMath.sqrt(n);
  }

  /** Hedges' factor for these pairs; NaN for two. */
  public double correction() {
    return Hedges.correction(n - 1);
  }

  /** dz without its small-sample bias. */
  public double gz() {
    return dz * correction();
  }

  /** Exact interval of the noncentrality of t. */
  public Interval noncentrality(double level) {
    return NoncentralT.noncentrality(t(), n - 1, level);
  }

  /** Exact interval of dz. */
  public Interval dzInterval(double level) {
    return noncentrality(level).times(1 / StrictMath.sqrt(n));
  }

  /** The interval of dz on the scale of gz. */
  public Interval gzInterval(double level) {
    return dzInterval(level).times(correction());
  }
}
