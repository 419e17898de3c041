package org.vulpes.study.statistics;

/** Number, mean and variance of a sample, by two passes around its first value: an offset shared by all values costs no digits. */
public record Moments(int n, double mean, double variance) {
  /** Variance is NaN below two values, the mean of nothing too. */
  public static Moments of(double[] values) {
    int n = values.length;
    if (n == 0) {
      return new Moments(0, Double.NaN, Double.NaN);
    }
    double offset = values[0];
    double sum = 0;
    for (double value : values) {
      sum += value - offset;
    }
    double mean = offset + sum / n;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return new Moments(n, mean, n < 2 ? Double.NaN : squares / (n - 1));
  }

  public double sd() {
    return StrictMath.sqrt(variance);
  }

  public double standardError() {
    return StrictMath.sqrt(variance / n);
  }
}
