package org.vulpes.kernels.opencl.portable;

/** dq, and delta = dout · out; a work-item a query and head. */
public final class AttentionGradientQuery extends Scores {
  float[] dq;
  float[] delta;
  float[] v;
  float[] out;
  float[] logSumExp;
  float[] dout;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      int row = i / heads, h = i % heads, own = i * headDim;
      float d = 0f;
      for (int j = 0; j < headDim; j++) {
        d += dout[own + j] * out[own + j];
        dq[own + j] = 0f;
      }
      delta[i] = d;
      for (int s = firstSeen(row); s <= row; s++) {
        int at = seen(h, s);
        float dp = 0f;
        for (int j = 0; j < headDim; j++) dp += dout[own + j] * v[at + j];
        float ds = scale * exp(score(row, h, s) - logSumExp[i]) * (dp - d);
        for (int j = 0; j < headDim; j++) dq[own + j] += ds * k[at + j];
      }
    }
  }
}
