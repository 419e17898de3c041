package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y = f(x). */
public final class Activate extends Kernel {
  float[] y;
  float[] x;
  int kind;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) y[i] = value(kind, x[i]);
  }

  /** f(x) of Activation number kind: SILU, GELU, GELU_TANH, RELU, RELU_SQUARED. */
  private static float value(int kind, float x) {
    if (kind == 0) return x / (1f + (float) Math.exp(-x));
    if (kind == 1) return x * normal(x);
    if (kind == 2) return 0.5f * x * (1f + (float) Math.tanh(0.7978845608f * (x + 0.044715f * x * x * x)));
    if (x > 0f) {
      if (kind == 3) return x;
      return x * x;
    }
    return 0f * x;
  }

  /** Φ(x) by the Chebyshev fit of erfc in Numerical Recipes 6.2, relative error below 1.2e-7. */
  private static float normal(float x) {
    float z = Math.abs(x) * 0.70710678f;
    float t = 1f / (1f + 0.5f * z);
    float p = -1.26551223f + t * (1.00002368f + t * (0.37409196f + t * (0.09678418f + t * (-0.18628806f + t * (0.27886807f + t * (-1.13520398f + t * (1.48851587f
        + t * (-0.82215223f + t * 0.17087277f))))))));
    float tail = 0.5f * t * (float) Math.exp(-z * z + p);
    if (x > 0f) return 1f - tail;
    return tail;
  }
}
