package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y = f(x) of Pointwise.Function number function: EXP, LOG, SIGMOID, SOFTPLUS, SQUARE, RECIPROCAL. */
public final class Pointwise extends Kernel {
  float[] y;
  float[] x;
  int function;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) y[i] = value(x[i]);
  }

  private float value(float v) {
    if (function == 0) return exp(v);
    if (function == 1) return log(v);
    if (function == 4) return v * v;
    if (function == 5) return 1f / v;
    // At most 1, so that nothing overflows however far out v is.
    float small = exp(-abs(v));
    if (function == 3) return max(v, 0f) + log1p(small);
    if (v >= 0f) return 1f / (1f + small);
    return small / (1f + small);
  }
}
