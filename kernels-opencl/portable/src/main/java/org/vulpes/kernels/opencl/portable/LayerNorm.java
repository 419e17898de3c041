package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y = (x − mean) / sqrt(variance + epsilon) · weight + bias, with mean and inverse root; a work-item a row. */
public final class LayerNorm extends Kernel {
  float[] y;
  float[] mean;
  float[] inverse;
  float[] x;
  float[] weight;
  float[] bias;
  int biased;
  int rows;
  int width;
  float epsilon;

  @Override
  public void run() {
    int r = getGlobalId();
    if (r < rows) {
      float sum = 0f;
      for (int start = 0; start < width; start += 32) {
        float block = 0f;
        int end = min(width, start + 32);
        for (int j = start; j < end; j++) block += x[r * width + j];
        sum += block;
      }
      float m = sum / width, squares = 0f;
      for (int start = 0; start < width; start += 32) {
        float block = 0f;
        int end = min(width, start + 32);
        for (int j = start; j < end; j++) {
          float d = x[r * width + j] - m;
          block += d * d;
        }
        squares += block;
      }
      float inv = 1f / sqrt(squares / width + epsilon);
      for (int j = 0; j < width; j++) {
        float value = (x[r * width + j] - m) * inv * weight[j];
        if (biased != 0) value += bias[j];
        y[r * width + j] = value;
      }
      mean[r] = m;
      inverse[r] = inv;
    }
  }
}
