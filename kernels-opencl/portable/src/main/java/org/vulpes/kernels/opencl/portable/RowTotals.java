package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** totals[r] = log Σ e^(scale · logits[r, c]); a work-group a row. */
public final class RowTotals extends Kernel {
  float[] totals;
  float[] logits;
  float scale;
  int vocabulary;
  @Local float[] shared = new float[64];

  @Override
  public void run() {
    int t = getLocalId(), size = getLocalSize(), r = getGroupId();
    int at = r * vocabulary;
    float most = -3.4e38f;
    for (int c = t; c < vocabulary; c += size) most = max(most, scale * logits[at + c]);
    shared[t] = most;
    localBarrier();
    for (int reach = size / 2; reach > 0; reach = reach / 2) {
      if (t < reach) shared[t] = max(shared[t], shared[t + reach]);
      localBarrier();
    }
    most = shared[0];
    localBarrier();
    float sum = 0f;
    for (int c = t; c < vocabulary; c += size) sum += exp(scale * logits[at + c] - most);
    shared[t] = sum;
    localBarrier();
    for (int reach = size / 2; reach > 0; reach = reach / 2) {
      if (t < reach) shared[t] += shared[t + reach];
      localBarrier();
    }
    if (t == 0) totals[r] = most + log(shared[0]);
  }
}
