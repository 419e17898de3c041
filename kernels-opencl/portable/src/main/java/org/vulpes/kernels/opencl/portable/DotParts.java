package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** parts[first + group] = Σ a[i] · b[i] over the elements of a work-group; {@link SumParts} adds them up. The order depends on sizes alone. */
public final class DotParts extends Kernel {
  float[] parts;
  float[] a;
  float[] b;
  int n;
  int first;
  @Local float[] shared = new float[256];

  @Override
  public void run() {
    int t = getLocalId(), size = getLocalSize(), step = getGlobalSize();
    float sum = 0f;
    for (int i = getGlobalId(); i < n; i += step * 32) {
      float block = 0f;
      for (int u = 0; u < 32; u++) {
        int at = i + u * step;
        if (at < n) block += a[at] * b[at];
      }
      sum += block;
    }
    shared[t] = sum;
    localBarrier();
    for (int reach = size / 2; reach > 0; reach = reach / 2) {
      if (t < reach) shared[t] += shared[t + reach];
      localBarrier();
    }
    if (t == 0) parts[first + getGroupId()] = shared[0];
  }
}
