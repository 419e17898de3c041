package org.vulpes.kernels.opencl.portable;

/** parts[first + group] = Σ a[i] · b[i] over the elements of a work-group; {@link SumParts} adds them up. The order depends on sizes alone. */
public final class DotParts extends RowGroup {
  float[] parts;
  float[] a;
  float[] b;
  int n;
  int first;

  @Override
  public void run() {
    int step = getGlobalSize();
    float own = 0f;
    for (int i = getGlobalId(); i < n; i += step * 32) {
      float block = 0f;
      for (int u = 0; u < 32; u++) {
        int at = i + u * step;
        if (at < n) block += a[at] * b[at];
      }
      own += block;
    }
    float all = sum(own);
    if (getLocalId() == 0) parts[first + getGroupId()] = all;
  }
}
