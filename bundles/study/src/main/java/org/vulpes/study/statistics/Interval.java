package org.vulpes.study.statistics;

/** An interval on the line, both ends NaN when it does not exist. */
public record Interval(double low, double high) {
  public static final Interval UNDEFINED = new Interval(Double.NaN, Double.NaN);

  public boolean isDefined() {
    return !Double.isNaN(low) && !Double.isNaN(high);
  }

  /** Whether the whole interval lies strictly between the bounds. */
  public boolean isInside(double lowerBound, double upperBound) {
    return low > lowerBound && high < upperBound;
  }

  Interval times(double factor) {
    double a = low * factor;
    double b = high * factor;
    return a <= b || !isDefined() ? new Interval(a, b) : new Interval(b, a);
  }
}
