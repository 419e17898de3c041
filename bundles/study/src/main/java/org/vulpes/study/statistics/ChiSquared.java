package org.vulpes.study.statistics;

import org.apache.commons.math3.special.Gamma;

/** The chi-squared distribution with {@code df} degrees of freedom. */
public record ChiSquared(double df) implements Distribution {
  @Override
  public double lower(double x) {
    return x <= 0 ? 0 : Gamma.regularizedGammaP(0.5 * df, 0.5 * x);
  }

  @Override
  public double upper(double x) {
    return x <= 0 ? 1 : Gamma.regularizedGammaQ(0.5 * df, 0.5 * x);
  }
}
