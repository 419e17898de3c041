package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y[r, j] = x[r, j] + bias[j]. */
public final class AddBias extends Kernel {
  float[] y;
  float[] x;
  float[] bias;
  int width;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) y[i] = x[i] + bias[i % width];
  }
}
