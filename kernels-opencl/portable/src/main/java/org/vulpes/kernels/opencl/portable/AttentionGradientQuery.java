package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** dq, and delta = dout · out; a work-item a query and head. */
public final class AttentionGradientQuery extends Kernel {
  float[] dq;
  float[] delta;
  float[] q;
  float[] k;
  float[] v;
  int[] first;
  float[] out;
  float[] logSumExp;
  float[] dout;
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
      float d = 0f;
      for (int j = 0; j < headDim; j++) {
        d += dout[own + j] * out[own + j];
        dq[own + j] = 0f;
      }
      delta[i] = d;
      for (int s = start; s <= t; s++) {
        int other = (base + s) * kvWidth + lane;
        float dot = 0f, dp = 0f;
        for (int j = 0; j < headDim; j++) {
          dot += q[own + j] * k[other + j];
          dp += dout[own + j] * v[other + j];
        }
        float ds = scale * exp(scale * dot - logSumExp[i]) * (dp - d);
        for (int j = 0; j < headDim; j++) dq[own + j] += ds * k[other + j];
      }
    }
  }
}
