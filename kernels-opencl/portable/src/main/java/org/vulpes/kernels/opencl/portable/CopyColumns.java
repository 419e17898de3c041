package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y[r, yStart + j] = x[r, xStart + j] for j below width. */
public final class CopyColumns extends Kernel {
  float[] y;
  float[] x;
  int width;
  int yColumns;
  int yStart;
  int xColumns;
  int xStart;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      int r = i / width, j = i % width;
      y[r * yColumns + yStart + j] = x[r * xColumns + xStart + j];
    }
  }
}
