package org.vulpes.study.statistics;

/** The number of successes in {@code size} independent trials that each succeed with {@code probability}. */
public record Binomial(int size, double probability) implements Distribution {
  @Override
  public double lower(double x) {
    double k = Math.floor(x);
    if (k < 0) {
      return 0;
    }
    return k >= size ? 1 : IncompleteBeta.of(1 - probability, probability, size - k, k + 1);
  }

  @Override
  public double upper(double x) {
    double k = Math.floor(x);
    if (k < 0) {
      return 1;
    }
    return k >= size ? 0 : IncompleteBeta.of(probability, 1 - probability, k + 1, size - k);
  }
}
