package org.vulpes.kernels.opencl.portable;

/** dq = scale · Σ dscore k with dscore = coefficient / heads · (w − p); a work-item a query and head. */
public final class AttentionDivergenceQuery extends AttentionWeights {
  float[] dq;
  float[] coefficient;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n * heads) {
      int row = i / heads, h = i % heads;
      for (int j = 0; j < headDim; j++) dq[i * headDim + j] = 0f;
      float factor = coefficient[row] / heads * scale;
      for (int s = firstSeen(row); s <= row; s++) {
        float d = factor * (exp(logWeight(row, h, s)) - teacherWeight(row, h, s));
        int at = seen(h, s);
        for (int j = 0; j < headDim; j++) dq[i * headDim + j] += d * k[at + j];
      }
    }
  }
}
