package org.vulpes.kernels.opencl.portable;

/** Causal attention by two passes over the keys, largest score and sum first; a work-item a query and head. */
public final class Attention extends Scores {
  float[] out;
  float[] logSumExp;
  float[] v;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      int row = i / heads, h = i % heads;
      float total = total(row, h);
      logSumExp[i] = total;
      for (int j = 0; j < headDim; j++) out[i * headDim + j] = 0f;
      for (int s = firstSeen(row); s <= row; s++) {
        float p = exp(score(row, h, s) - total);
        int at = seen(h, s);
        for (int j = 0; j < headDim; j++) out[i * headDim + j] += p * v[at + j];
      }
    }
  }
}
