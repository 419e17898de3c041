package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** d[r, c] = coefficient[r] · (softmax_c − [c = target_r]), zero in ignored rows. */
public final class LossSlope extends Kernel {
  float[] d;
  float[] logits;
  int[] targets;
  float[] logSumExp;
  float[] coefficient;
  int first;
  int logitsStart;
  int vocabulary;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      int r = first + i / vocabulary, c = i % vocabulary;
      float slope = 0f;
      if (targets[r] >= 0) {
        slope = exp(logits[logitsStart + i] - logSumExp[r]);
        if (c == targets[r]) slope -= 1f;
        slope = slope * coefficient[r];
      }
      d[i] = slope;
    }
  }
}
