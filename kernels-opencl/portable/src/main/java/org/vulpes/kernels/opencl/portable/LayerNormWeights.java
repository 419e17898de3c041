package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** dweight[j] = Σ over rows of dy · n, dbias[j] = Σ dy; a work-item a column. */
public final class LayerNormWeights extends Kernel {
  float[] dweight;
  float[] dbias;
  float[] x;
  float[] mean;
  float[] inverse;
  float[] dy;
  int rows;
  int width;

  @Override
  public void run() {
    int j = getGlobalId();
    if (j < width) {
      float sum = 0f, sumN = 0f;
      for (int start = 0; start < rows; start += 32) {
        float block = 0f, blockN = 0f;
        int end = min(rows, start + 32);
        for (int r = start; r < end; r++) {
          float d = dy[r * width + j];
          block += d;
          blockN += d * (x[r * width + j] - mean[r]) * inverse[r];
        }
        sum += block;
        sumN += blockN;
      }
      dweight[j] = sumN;
      dbias[j] = sum;
    }
  }
}
