package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** table[ids[r]] += dy[r], in the order of r: a work-item owns a column of the table. */
public final class EmbeddingGradient extends Kernel {
  float[] table;
  int[] ids;
  float[] dy;
  int tokens;
  int width;
  int tableRows;

  @Override
  public void run() {
    int j = getGlobalId();
    if (j < width) {
      for (int r = 0; r < tokens; r++) {
        int id = max(0, min(tableRows - 1, ids[r]));
        table[id * width + j] += dy[r * width + j];
      }
    }
  }
}
