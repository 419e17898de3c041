package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** With n = (x − mean)·inverse and g = dy·weight: dx = inverse · (g − mean(g) − n · mean(g·n)); a work-item a row. */
public final class LayerNormGradient extends Kernel {
  float[] dx;
  float[] x;
  float[] weight;
  float[] mean;
  float[] inverse;
  float[] dy;
  int rows;
  int width;

  @Override
  public void run() {
    int r = getGlobalId();
    if (r < rows) {
      float m = mean[r], inv = inverse[r], sum = 0f, sumN = 0f;
      for (int start = 0; start < width; start += 32) {
        float block = 0f, blockN = 0f;
        int end = min(width, start + 32);
        for (int j = start; j < end; j++) {
          float g = dy[r * width + j] * weight[j];
          block += g;
          blockN += g * (x[r * width + j] - m) * inv;
        }
        sum += block;
        sumN += blockN;
      }
      sum = sum / width;
      sumN = sumN / width;
      for (int j = 0; j < width; j++) {
        float g = dy[r * width + j] * weight[j];
        dx[r * width + j] = inv * (g - sum - (x[r * width + j] - m) * inv * sumN);
      }
    }
  }
}
