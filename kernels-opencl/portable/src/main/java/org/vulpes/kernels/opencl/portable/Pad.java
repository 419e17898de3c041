package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y[r, start + j] = x[r, j] and zero elsewhere, or added to y. */
public final class Pad extends Kernel {
  float[] y;
  float[] x;
  int width;
  int total;
  int start;
  int n;
  int accumulate;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      int r = i / total, j = i % total - start;
      float value = 0f;
      if (j >= 0 && j < width) value = x[r * width + j];
      if (accumulate != 0) value = y[i] + value;
      y[i] = value;
    }
  }
}
