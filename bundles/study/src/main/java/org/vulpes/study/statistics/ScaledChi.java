package org.vulpes.study.statistics;

import org.apache.commons.math3.special.Gamma;

/**
 * Distribution of a sample standard deviation as a multiple of the true one, S = chi(df) / sqrt(df), on the axis u = log S.
 * There its density is smooth at both ends for any degrees of freedom, so that expectations over S integrate quickly and accurately.
 */
record ScaledChi(double df, double logConstant) {
  /** Enough decades that what is cut off is below 1e-19 of the whole. */
  private static final double CUT = 45;

  ScaledChi(double df) {
    this(df, logConstant(0.5 * df));
  }

  /** Density of u: exp(c + df (u - (e^(2u) - 1) / 2)). */
  double density(double u) {
    return StrictMath.exp(logConstant + df * (u - 0.5 * StrictMath.expm1(2 * u)));
  }

  double low() {
    return -CUT / df - StrictMath.sqrt(CUT / df);
  }

  double high() {
    return StrictMath.log1p(20 / StrictMath.sqrt(df));
  }

  /** Standard deviation of u for many degrees of freedom. */
  double width() {
    return 1 / StrictMath.sqrt(2 * df);
  }

  /** log 2 + a log a - a - log Gamma(a); by Stirling's series for large a, where the terms would cancel. */
  private static double logConstant(double a) {
    if (a < 20) {
      return StrictMath.log(2) + a * StrictMath.log(a) - a - Gamma.logGamma(a);
    }
    double r = 1 / (a * a);
    double series = (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r / 1680))) / a;
    return StrictMath.log(2) + 0.5 * StrictMath.log(a / (2 * Math.PI)) - series;
  }
}
