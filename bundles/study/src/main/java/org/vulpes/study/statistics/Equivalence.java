package org.vulpes.study.statistics;

/**
 * Two one-sided tests (TOST) that a mean lies strictly between {@code low} and {@code high}; {@link #p} is below alpha exactly when the
 * 1 - 2 alpha interval lies inside (Schuirmann 1987).
 */
public record Equivalence(TTest test, double low, double high) {
  /** p of "not above {@code low}". */
  public double pLower() {
    return test.pGreater(low);
  }

  /** p of "not below {@code high}". */
  public double pUpper() {
    return test.pLess(high);
  }

  /** The larger of the two one-sided p-values. */
  public double p() {
    return Math.max(pLower(), pUpper());
  }

  public Interval interval(double alpha) {
    return test.interval(1 - 2 * alpha);
  }
}
