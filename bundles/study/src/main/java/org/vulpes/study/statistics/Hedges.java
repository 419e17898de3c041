package org.vulpes.study.statistics;

import org.apache.commons.math3.special.Gamma;

/** Hedges' factor that takes the small-sample bias out of a standardised difference (Hedges 1981). */
public final class Hedges {
  private Hedges() {}

  /** J(df) = Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2)); NaN up to one degree of freedom, where it does not exist. */
  public static double correction(double df) {
    if (!(df > 1)) {
      return Double.NaN;
    }
    return StrictMath.exp(Gamma.logGamma(0.5 * df) - 0.5 * StrictMath.log(0.5 * df) - Gamma.logGamma(0.5 * (df - 1)));
  }

  /** The usual approximation 1 - 3 / (4 df - 1). */
  public static double approximateCorrection(double df) {
    return 1 - 3 / (4 * df - 1);
  }
}
