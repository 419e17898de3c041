package org.vulpes.kernels.opencl.portable;

/** dk = scale · Σ dscore q over the queries of the group that see the key; a work-item a key and KV head. */
public final class AttentionDivergenceKey extends AttentionWeights {
  float[] dk;
  float[] coefficient;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n * kvHeads) {
      int s = i / kvHeads, kv = i % kvHeads, group = heads / kvHeads;
      for (int j = 0; j < headDim; j++) dk[i * headDim + j] = 0f;
      int end = s - s % time + time;
      for (int row = s; row < end; row++) {
        if (firstSeen(row) <= s) {
          for (int g = 0; g < group; g++) {
            int h = kv * group + g;
            float d = coefficient[row] / heads * scale * (exp(logWeight(row, h, s)) - teacherWeight(row, h, s));
            for (int j = 0; j < headDim; j++) dk[i * headDim + j] += d * q[(row * heads + h) * headDim + j];
          }
        }
      }
    }
  }
}
