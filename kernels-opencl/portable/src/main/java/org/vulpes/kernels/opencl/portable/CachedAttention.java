package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** Attention of one new token a row to the keys and values in a cache, by two passes over them; a work-item a row and head. */
public final class CachedAttention extends Kernel {
  float[] out;
  float[] q;
  float[] keys;
  float[] values;
  int[] plan;
  int capacity;
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
      int r = i / heads, h = i % heads, slot = plan[4 * r + 1], place = plan[4 * r + 2];
      int own = i * headDim, lane = h / (heads / kvHeads) * headDim, kvWidth = kvHeads * headDim;
      int seen = min(place + 1, capacity);
      if (window > 0) seen = min(seen, window);
      if (plan[4 * r + 3] == 0) seen = 0;
      float most = -3.4e38f, sum = 0f;
      for (int s = 0; s < seen; s++) {
        float score = score(own, slot, (place - s) % capacity, lane);
        float higher = max(most, score);
        sum = sum * exp(most - higher) + exp(score - higher);
        most = higher;
      }
      for (int j = 0; j < headDim; j++) out[own + j] = 0f;
      for (int s = 0; s < seen; s++) {
        int at = (place - s) % capacity;
        float p = exp(score(own, slot, at, lane) - most) / sum;
        int from = (slot * capacity + at) * kvWidth + lane;
        for (int j = 0; j < headDim; j++) out[own + j] += p * values[from + j];
      }
    }
  }

  /** scale · q · k for the key at a place of the cache, whose keys lie in blocks of 16 places, lane by lane. */
  private float score(int own, int slot, int at, int lane) {
    int block = (slot * (capacity / 16) + at / 16) * kvHeads * headDim + lane;
    float dot = 0f;
    for (int j = 0; j < headDim; j++) dot += q[own + j] * keys[(block + j) * 16 + at % 16];
    return scale * dot;
  }
}
