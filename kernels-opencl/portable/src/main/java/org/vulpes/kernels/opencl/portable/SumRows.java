package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y[j] = Σ over rows of x[r, j], or added to y[j]: a work-item a column, by blocks of 32 rows, so that rounding grows with their number's root. */
public final class SumRows extends Kernel {
  float[] y;
  float[] x;
  int rows;
  int width;
  int accumulate;

  @Override
  public void run() {
    int j = getGlobalId();
    if (j < width) {
      float sum = 0f;
      for (int start = 0; start < rows; start += 32) {
        float block = 0f;
        int end = min(rows, start + 32);
        for (int r = start; r < end; r++) block += x[r * width + j];
        sum += block;
      }
      if (accumulate != 0) sum = y[j] + sum;
      y[j] = sum;
    }
  }
}
