package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y = s · x for one element s, or y += s · x. */
public final class ScaleBy extends Kernel {
  float[] y;
  float[] x;
  float[] s;
  int n;
  int accumulate;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      float product = s[0] * x[i];
      if (accumulate != 0) product = y[i] + product;
      y[i] = product;
    }
  }
}
