package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y[0] = min(1, limit / (sqrt(squaredNorm) + 1e-6)), or 1 where there is no limit. */
public final class ClipFactor extends Kernel {
  float[] y;
  float[] squaredNorm;
  float[] limit;

  @Override
  public void run() {
    if (getGlobalId() == 0) {
      float factor = 1f;
      if (limit[0] > 0f) factor = min(1f, limit[0] / (sqrt(squaredNorm[0]) + 1e-6f));
      // min takes the number where the other is none.
      if (squaredNorm[0] != squaredNorm[0]) factor = squaredNorm[0];
      y[0] = factor;
    }
  }
}
