package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y[0] = Σ parts[i], by one work-group. */
public final class SumParts extends Kernel {
  float[] y;
  float[] parts;
  int n;
  @Local float[] shared = new float[256];

  @Override
  public void run() {
    int t = getLocalId(), size = getLocalSize();
    float sum = 0f;
    for (int i = t; i < n; i += size) sum += parts[i];
    shared[t] = sum;
    localBarrier();
    for (int reach = size / 2; reach > 0; reach = reach / 2) {
      if (t < reach) shared[t] += shared[t + reach];
      localBarrier();
    }
    if (t == 0) y[0] = shared[0];
  }
}
