package org.vulpes.study.statistics;

import org.apache.commons.math3.special.Beta;

/** The number of successes in {@code size} independent trials that each succeed with {@code probability}. */
public record Binomial(int size, double probability) implements Distribution {
  @Override
  public double lower(double x) {
    double k = Math.floor(x);
    if (k < 0) {
      return 0;
    }
    return k >= size ? 1 : Beta.regularizedBeta(1 - probability, size - k, k + 1);
  }

  @Override
  public double upper(double x) {
    double k = Math.floor(x);
    if (k < 0) {
      return 1;
    }
    return k >= size ? 0 : Beta.regularizedBeta(probability, k + 1, size - k);
  }
}
