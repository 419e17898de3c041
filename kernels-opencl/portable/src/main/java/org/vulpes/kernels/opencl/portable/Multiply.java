package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y = a · b element by element, or y += a · b. */
public final class Multiply extends Kernel {
  float[] y;
  float[] a;
  float[] b;
  int n;
  int accumulate;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      float product = a[i] * b[i];
      if (accumulate != 0) product = y[i] + product;
      y[i] = product;
    }
  }
}
