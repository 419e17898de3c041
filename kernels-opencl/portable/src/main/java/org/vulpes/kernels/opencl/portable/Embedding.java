package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y[r] = table[ids[r]]; ids are clamped to the table. */
public final class Embedding extends Kernel {
  float[] y;
  float[] table;
  int[] ids;
  int width;
  int tableRows;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      int id = max(0, min(tableRows - 1, ids[i / width]));
      y[i] = table[id * width + i % width];
    }
  }
}
