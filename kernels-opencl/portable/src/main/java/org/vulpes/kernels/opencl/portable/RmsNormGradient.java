package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** With n = x·inverse and g = dy·w: dx = inverse · (g − n · mean(g·n)); a work-item a group of columns. */
public final class RmsNormGradient extends Kernel {
  float[] dx;
  float[] x;
  float[] weight;
  float[] inverse;
  float[] dy;
  int groups;
  int group;
  int offset;

  @Override
  public void run() {
    int r = getGlobalId();
    if (r < groups) {
      float inv = inverse[r], mean = 0f;
      for (int start = 0; start < group; start += 32) {
        float block = 0f;
        int end = min(group, start + 32);
        for (int j = start; j < end; j++) {
          float w = weight[j];
          if (offset != 0) w = 1f + w;
          block += dy[r * group + j] * w * x[r * group + j] * inv;
        }
        mean += block;
      }
      mean = mean / group;
      for (int j = 0; j < group; j++) {
        float w = weight[j];
        if (offset != 0) w = 1f + w;
        float normed = x[r * group + j] * inv;
        dx[r * group + j] = inv * (dy[r * group + j] * w - normed * mean);
      }
    }
  }
}
