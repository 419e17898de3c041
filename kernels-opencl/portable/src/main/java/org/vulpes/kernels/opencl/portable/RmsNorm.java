package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y = x / sqrt(mean(x²) + epsilon) · w of each group of columns, and the inverse root; a work-item a group. */
public final class RmsNorm extends Kernel {
  float[] y;
  float[] inverse;
  float[] x;
  float[] weight;
  int groups;
  int group;
  float epsilon;
  int offset;

  @Override
  public void run() {
    int r = getGlobalId();
    if (r < groups) {
      float squares = 0f;
      for (int start = 0; start < group; start += 32) {
        float block = 0f;
        int end = min(group, start + 32);
        for (int j = start; j < end; j++) block += x[r * group + j] * x[r * group + j];
        squares += block;
      }
      float inv = 1f / sqrt(squares / group + epsilon);
      for (int j = 0; j < group; j++) {
        float w = weight[j];
        if (offset != 0) w = 1f + w;
        y[r * group + j] = x[r * group + j] * inv * w;
      }
      inverse[r] = inv;
    }
  }
}
