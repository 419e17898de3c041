package org.vulpes.kernels.opencl.portable;

/** dk and dv, over all queries of the group that see the key; a work-item a key and KV head. */
public final class AttentionGradientKey extends Scores {
  float[] dk;
  float[] dv;
  float[] v;
  float[] logSumExp;
  float[] dout;
  float[] delta;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      int s = i / kvHeads, kv = i % kvHeads, group = heads / kvHeads, own = i * headDim;
      for (int j = 0; j < headDim; j++) {
        dk[own + j] = 0f;
        dv[own + j] = 0f;
      }
      int end = s - s % time + time;
      if (window > 0) end = min(end, s + window);
      for (int row = s; row < end; row++) {
        if (firstSeen(row) <= s) {
          for (int g = 0; g < group; g++) {
            int h = kv * group + g, at = row * heads + h, other = at * headDim;
            float dp = 0f;
            for (int j = 0; j < headDim; j++) dp += dout[other + j] * v[own + j];
            float p = exp(score(row, h, s) - logSumExp[at]);
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
