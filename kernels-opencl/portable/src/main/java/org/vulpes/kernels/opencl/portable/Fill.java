package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** y[i] = value. */
public final class Fill extends Kernel {
  float[] y;
  float value;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) y[i] = value;
  }
}
