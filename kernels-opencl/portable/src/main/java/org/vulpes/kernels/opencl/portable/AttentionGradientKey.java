package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** dk and dv, over all queries of the group that see the key; a work-item a key and KV head. */
public final class AttentionGradientKey extends Kernel {
  float[] dk;
  float[] dv;
  float[] q;
  float[] k;
  float[] v;
  int[] first;
  float[] logSumExp;
  float[] dout;
  float[] delta;
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
      int row = i / kvHeads, kv = i % kvHeads, s = row % time, base = row - s, group = heads / kvHeads;
      int own = row * kvHeads * headDim + kv * headDim, width = heads * headDim;
      for (int j = 0; j < headDim; j++) {
        dk[own + j] = 0f;
        dv[own + j] = 0f;
      }
      int end = time;
      if (window > 0) end = min(time, s + window);
      for (int t = s; t < end; t++) {
        if (first[base + t] <= s) {
          for (int g = 0; g < group; g++) {
            int h = kv * group + g, other = (base + t) * width + h * headDim, at = (base + t) * heads + h;
            float dot = 0f, dp = 0f;
            for (int j = 0; j < headDim; j++) {
              dot += q[other + j] * k[own + j];
              dp += dout[other + j] * v[own + j];
            }
            float p = exp(scale * dot - logSumExp[at]);
            float ds = scale * p * (dp - delta[at]);
            for (int j = 0; j < headDim; j++) {
              dk[own + j] += ds * q[other + j];
              dv[own + j] += p * dout[other + j];
            }
          }
        }
      }
    }
  }
}
