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

  /** Confidence interval of the sd of what the sample was drawn from, if that is normal; undefined below two values or without variance. */
  public Interval sdInterval(double level) {
    if (n < 2 || !(variance > 0)) {
      return Interval.UNDEFINED;
    }
    var chi = new ChiSquared(n - 1);
    double tail = StrictMath.log(0.5 * (1 - level));
    double guess = StrictMath.log(n - 1);
    double large = StrictMath.exp(Root.of(y -> Root.log(chi.upper(StrictMath.exp(y))) - tail, guess, 1));
    double small = StrictMath.exp(Root.of(y -> Root.log(chi.lower(StrictMath.exp(y))) - tail, guess, 1));
    return new Interval(sd() * StrictMath.sqrt((n - 1) / large), sd() * StrictMath.sqrt((n - 1) / small));
  }

  public double standardError() {
    return StrictMath.sqrt(variance / n);
  }
}
