package org.vulpes.study.statistics;

import org.apache.commons.math3.special.Beta;

/**
 * The regularised incomplete beta function given both x and 1 - x, so that neither is lost by subtracting the other from 1: the library's
 * own 1 - x costs eight digits where t or F are near 0.
 */
final class IncompleteBeta {
  private IncompleteBeta() {}

  /** I(x; a, b) with {@code rest} = 1 - x. */
  static double of(double x, double rest, double a, double b) {
    if (x <= rest) {
      return Beta.regularizedBeta(x, a, b);
    }
    double complement = Beta.regularizedBeta(rest, b, a);
    return complement < 0.5 ? 1 - complement : Beta.regularizedBeta(x, a, b);
  }
}
