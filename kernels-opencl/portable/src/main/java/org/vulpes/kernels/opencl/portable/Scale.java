package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y = factor · x, or y += factor · x. A factor of one keeps every bit. */
public final class Scale extends Kernel {
  float[] y;
  float[] x;
  float factor;
  int n;
  int accumulate;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      float product = factor * x[i];
      if (accumulate != 0) product = y[i] + product;
      y[i] = product;
    }
  }
}
