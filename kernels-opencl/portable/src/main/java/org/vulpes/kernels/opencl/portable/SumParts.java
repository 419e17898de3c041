package org.vulpes.kernels.opencl.portable;

/** y[0] = Σ parts[i], by one work-group. */
public final class SumParts extends RowGroup {
  float[] y;
  float[] parts;
  int n;

  @Override
  public void run() {
    int t = getLocalId(), size = getLocalSize();
    float own = 0f;
    for (int i = t; i < n; i += size) own += parts[i];
    float all = sum(own);
    if (t == 0) y[0] = all;
  }
}
