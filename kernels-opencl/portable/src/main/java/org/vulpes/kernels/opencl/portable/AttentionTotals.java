package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** log Σ e^score over the keys that a query sees; a work-item a query and head. */
public final class AttentionTotals extends Kernel {
  float[] totals;
  float[] q;
  float[] k;
  int[] first;
  int time;
  int heads;
  int kvHeads;
  int headDim;
  float scale;
  int window;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      int row = i / heads, h = i % heads, t = row % time;
      int start = first[row];
      if (window > 0) start = max(start, t - window + 1);
      float most = -3.4e38f, sum = 0f;
      for (int s = start; s <= t; s++) {
        int other = ((row - t + s) * kvHeads + h / (heads / kvHeads)) * headDim;
        float dot = 0f;
        for (int j = 0; j < headDim; j++) dot += q[i * headDim + j] * k[other + j];
        float higher = max(most, scale * dot);
        sum = sum * exp(most - higher) + exp(scale * dot - higher);
        most = higher;
      }
      totals[i] = most + log(sum);
    }
  }
}
