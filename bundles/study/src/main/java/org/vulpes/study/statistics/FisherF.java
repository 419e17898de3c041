package org.vulpes.study.statistics;

/** Fisher's F distribution with {@code df1} and {@code df2} degrees of freedom. */
public record FisherF(double df1, double df2) implements Distribution {
  @Override
  public double lower(double x) {
    double scale = df1 * x + df2;
    return x <= 0 ? 0 : IncompleteBeta.of(df1 * x / scale, df2 / scale, 0.5 * df1, 0.5 * df2);
  }

  @Override
  public double upper(double x) {
    double scale = df1 * x + df2;
    return x <= 0 ? 1 : IncompleteBeta.of(df2 / scale, df1 * x / scale, 0.5 * df2, 0.5 * df1);
  }
}
