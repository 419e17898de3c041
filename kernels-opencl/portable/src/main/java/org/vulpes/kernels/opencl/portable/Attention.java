package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** Causal attention by two passes over the keys, largest score and sum first; a work-item a query and head. */
public final class Attention extends Kernel {
  float[] out;
  float[] logSumExp;
  float[] q;
  float[] k;
  float[] v;
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
      int row = i / heads, h = i % heads, t = row % time, base = row - t;
      int start = first[row];
      if (window > 0) start = max(start, t - window + 1);
      int own = row * heads * headDim + h * headDim, kvWidth = kvHeads * headDim, lane = h / (heads / kvHeads) * headDim;
      float most = -3.4e38f, sum = 0f;
      for (int s = start; s <= t; s++) {
        int other = (base + s) * kvWidth + lane;
        float dot = 0f;
        for (int j = 0; j < headDim; j++) dot += q[own + j] * k[other + j];
        float score = scale * dot;
        float higher = max(most, score);
        sum = sum * exp(most - higher) + exp(score - higher);
        most = higher;
      }
      float total = most + log(sum);
      logSumExp[i] = total;
      for (int j = 0; j < headDim; j++) out[own + j] = 0f;
      for (int s = start; s <= t; s++) {
        int other = (base + s) * kvWidth + lane;
        float dot = 0f;
        for (int j = 0; j < headDim; j++) dot += q[own + j] * k[other + j];
        float p = exp(scale * dot - total);
        for (int j = 0; j < headDim; j++) out[own + j] += p * v[other + j];
      }
    }
  }
}
