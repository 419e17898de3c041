package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** logSumExp and nll of rows of logits; a work-group a row. */
public final class LossRows extends Kernel {
  float[] nll;
  float[] logSumExp;
  float[] logits;
  int[] targets;
  int first;
  int logitsStart;
  int vocabulary;
  @Local float[] shared = new float[64];

  @Override
  public void run() {
    int t = getLocalId(), size = getLocalSize(), r = getGroupId();
    int at = logitsStart + r * vocabulary;
    float most = -3.4e38f;
    for (int c = t; c < vocabulary; c += size) most = max(most, logits[at + c]);
    shared[t] = most;
    localBarrier();
    for (int reach = size / 2; reach > 0; reach = reach / 2) {
      if (t < reach) shared[t] = max(shared[t], shared[t + reach]);
      localBarrier();
    }
    most = shared[0];
    localBarrier();
    float sum = 0f;
    for (int c = t; c < vocabulary; c += size) sum += exp(logits[at + c] - most);
    shared[t] = sum;
    localBarrier();
    for (int reach = size / 2; reach > 0; reach = reach / 2) {
      if (t < reach) shared[t] += shared[t + reach];
      localBarrier();
    }
    if (t == 0) {
      float total = most + log(shared[0]);
      logSumExp[first + r] = total;
      int target = targets[first + r];
      float loss = 0f;
      if (target >= 0) loss = total - logits[at + min(target, vocabulary - 1)];
      nll[first + r] = loss;
    }
  }
}
