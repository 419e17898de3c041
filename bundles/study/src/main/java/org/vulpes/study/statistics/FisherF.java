package org.vulpes.study.statistics;

import org.apache.commons.math3.special.Beta;

/** Fisher's F distribution with {@code df1} and {@code df2} degrees of freedom. */
public record FisherF(double df1, double df2) implements Distribution {
  @Override
  public double lower(double x) {
    return x <= 0 ? 0 : Beta.regularizedBeta(df1 * x / (df1 * x + df2), 0.5 * df1, 0.5 * df2);
  }

  @Override
  public double upper(double x) {
    return x <= 0 ? 1 : Beta.regularizedBeta(df2 / (df1 * x + df2), 0.5 * df2, 0.5 * df1);
  }
}
