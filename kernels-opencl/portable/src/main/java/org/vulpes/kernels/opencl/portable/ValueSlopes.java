package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** The gradient of {@link ValueTokens}' loss by the values, times the gradient of the loss: 0 where the held value is the further one. */
public final class ValueSlopes extends Kernel {
  float[] slope;
  float[] values;
  float[] old;
  float[] returns;
  float[] gradient;
  float clip;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      float held = max(old[i] - clip, min(old[i] + clip, values[i]));
      float own = values[i] - returns[i];
      if (held != values[i] && abs(own) < abs(held - returns[i])) own = 0f;
      slope[i] = gradient[i] * own;
    }
  }
}
