package org.vulpes.kernels.opencl.portable;

/** logSumExp and nll of rows of logits; a work-group a row. */
public final class LossRows extends RowGroup {
  float[] nll;
  float[] logSumExp;
  float[] logits;
  int[] targets;
  int first;
  int logitsStart;
  int vocabulary;

  @Override
  public void run() {
    int t = getLocalId(), size = getLocalSize(), r = getGroupId();
    int at = logitsStart + r * vocabulary;
    float own = -3.4e38f;
    for (int c = t; c < vocabulary; c += size) own = max(own, logits[at + c]);
    float most = largest(own);
    own = 0f;
    for (int c = t; c < vocabulary; c += size) own += exp(logits[at + c] - most);
    float total = most + log(sum(own));
    if (t == 0) {
      logSumExp[first + r] = total;
      int target = targets[first + r];
      float loss = 0f;
      if (target >= 0) loss = total - logits[at + min(target, vocabulary - 1)];
      nll[first + r] = loss;
    }
  }
}
