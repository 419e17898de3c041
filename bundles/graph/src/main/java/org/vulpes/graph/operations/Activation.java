package org.vulpes.graph.operations;

/** Activation functions of feed-forward layers, with their float64 definitions. */
public enum Activation {
  /** x · sigmoid(x). */
  SILU(4, 7),
  /** GELU by the normal distribution: x · Φ(x) (Hendrycks and Gimpel 2016). */
  GELU(5, 10),
  /** GELU by tanh: x/2 · (1 + tanh(sqrt(2/π)·(x + 0.044715 x³))). */
  GELU_TANH(9, 17),
  /** max(0, x). */
  RELU(1, 1),
  /** max(0, x)² (So et al. 2021). */
  RELU_SQUARED(2, 2);

  private static final double SQRT_2_PI = StrictMath.sqrt(2 / StrictMath.PI);
  private static final double CUBIC = 0.044715;

  private final int flops;
  private final int slopeFlops;

  Activation(int flops, int slopeFlops) {
    this.flops = flops;
    this.slopeFlops = slopeFlops;
  }

  /** f(x). */
  public double value(double x) {
    return switch (this) {
      case SILU -> x * sigmoid(x);
      case GELU -> x * normal(x);
      case GELU_TANH -> x / 2 * (1 + StrictMath.tanh(SQRT_2_PI * (x + CUBIC * x * x * x)));
      case RELU -> Math.max(0, x);
      case RELU_SQUARED -> x > 0 ? x * x : 0 * x;
    };
  }

  /** f'(x); 0 at the kink of RELU. */
  public double slope(double x) {
    return switch (this) {
      case SILU -> sigmoid(x) * (1 + x * (1 - sigmoid(x)));
      case GELU -> normal(x) + x * StrictMath.exp(-x * x / 2) / StrictMath.sqrt(2 * StrictMath.PI);
      case GELU_TANH -> {
        double tanh = StrictMath.tanh(SQRT_2_PI * (x + CUBIC * x * x * x));
        yield (1 + tanh) / 2 + x / 2 * (1 - tanh * tanh) * SQRT_2_PI * (1 + 3 * CUBIC * x * x);
      }
      case RELU -> x > 0 ? 1 : 0 * x;
      case RELU_SQUARED -> x > 0 ? 2 * x : 0 * x;
    };
  }

  /** Operations of one value, counted as {@link org.vulpes.graph.Operation#flops} does (erf and tanh count 1). */
  long flops() {
    return flops;
  }

  /** Operations of one slope. */
  long slopeFlops() {
    return slopeFlops;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  /** Φ(x), to a relative error below 1e-12, the lower tail included. */
  private static double normal(double x) {
    return complementaryError(-x / StrictMath.sqrt(2)) / 2;
  }

  /**
   * erfc(x): below 2.5 by the series erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)), whose terms have one sign, above by the
   * continued fraction e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))) (Abramowitz and Stegun 7.1.6, 7.1.14).
   */
  private static double complementaryError(double x) {
    if (x < 0) return 2 - complementaryError(-x);
    double bell = StrictMath.exp(-x * x) / StrictMath.sqrt(StrictMath.PI);
    if (x < 2.5) {
      double term = x, sum = x;
      for (int n = 1; term > sum * 1e-18; n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
      }
      return 1 - 2 * bell * sum;
    }
    double fraction = x;
    for (int n = 80; n > 0; n--) fraction = x + n / 2.0 / fraction;
    return bell / fraction;
  }
}
