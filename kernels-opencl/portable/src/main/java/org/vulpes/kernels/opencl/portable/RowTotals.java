package org.vulpes.kernels.opencl.portable;

/** totals[r] = log Σ e^(scale · logits[r, c]); a work-group a row. */
public final class RowTotals extends RowGroup {
  float[] totals;
  float[] logits;
  float scale;
  int vocabulary;

  @Override
  public void run() {
    int t = getLocalId(), size = getLocalSize(), r = getGroupId();
    int at = r * vocabulary;
    float own = -3.4e38f;
    for (int c = t; c < vocabulary; c += size) own = max(own, scale * logits[at + c]);
    float most = largest(own);
    own = 0f;
    for (int c = t; c < vocabulary; c += size) own += exp(scale * logits[at + c] - most);
    float all = sum(own);
    if (t == 0) totals[r] = most + log(all);
  }
}
