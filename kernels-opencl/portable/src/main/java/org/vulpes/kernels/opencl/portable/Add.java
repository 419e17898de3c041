package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y = a + b, or y += a + b. */
public final class Add extends Kernel {
  float[] y;
  float[] a;
  float[] b;
  int n;
  int accumulate;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      float sum = a[i] + b[i];
      if (accumulate != 0) sum = y[i] + sum;
      y[i] = sum;
    }
  }
}
