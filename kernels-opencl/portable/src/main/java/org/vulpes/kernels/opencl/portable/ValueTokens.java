package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** PPO's loss of values: ½ max((v − R)², (v' − R)²) with v' = v held within clip of the old value. */
public final class ValueTokens extends Kernel {
  float[] loss;
  float[] values;
  float[] old;
  float[] returns;
  float clip;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      float held = max(old[i] - clip, min(old[i] + clip, values[i]));
      float own = values[i] - returns[i], other = held - returns[i];
      loss[i] = 0.5f * max(own * own, other * other);
    }
  }
}
