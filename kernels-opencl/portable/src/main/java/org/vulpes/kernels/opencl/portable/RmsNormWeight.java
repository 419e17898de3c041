package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** dweight[j] = Σ over groups of dy · x · inverse; a work-item a column. */
public final class RmsNormWeight extends Kernel {
  float[] dweight;
  float[] x;
  float[] inverse;
  float[] dy;
  int groups;
  int group;

  @Override
  public void run() {
    int j = getGlobalId();
    if (j < group) {
      float sum = 0f;
      for (int start = 0; start < groups; start += 32) {
        float block = 0f;
        int end = min(groups, start + 32);
        for (int r = start; r < end; r++) block += dy[r * group + j] * x[r * group + j] * inverse[r];
        sum += block;
      }
      dweight[j] = sum;
    }
  }
}
