package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** Turns the pair (j, j + rotated/2) of each head by the angle of its position; the dimensions after the rotated ones pass. A work-item a pair or a passing dimension. */
public final class Rope extends Kernel {
  float[] y;
  float[] x;
  float[] cos;
  float[] sin;
  int width;
  int time;
  int headDim;
  int rotated;
  int inverse;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      int pairs = rotated / 2, items = headDim - pairs;
      int head = i / items * headDim, j = i % items;
      int t = head / width % time;
      if (j < pairs) {
        float c = cos[t * pairs + j], s = sin[t * pairs + j];
        if (inverse != 0) s = -s;
        float a = x[head + j], b = x[head + j + pairs];
        y[head + j] = a * c - b * s;
        y[head + j + pairs] = b * c + a * s;
      } else {
        y[head + j + pairs] = x[head + j + pairs];
      }
    }
  }
}
