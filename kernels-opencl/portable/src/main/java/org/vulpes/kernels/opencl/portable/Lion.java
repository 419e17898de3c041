package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** One Lion update of a parameter with its moment; hyper = {rate, beta1, beta2, –, weight decay}. */
public final class Lion extends Kernel {
  float[] pNew;
  float[] mNew;
  float[] p;
  float[] g;
  float[] m;
  float[] factor;
  float[] hyper;
  int decay;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      float rate = hyper[0], beta1 = hyper[1], beta2 = hyper[2];
      float kept = 1f;
      if (decay != 0) kept = 1f - rate * hyper[4];
      float clipped = factor[0] * g[i];
      float direction = beta1 * m[i] + (1f - beta1) * clipped;
      float sign = 0f;
      if (direction > 0f) sign = 1f;
      if (direction < 0f) sign = -1f;
      // What is no number stays none.
      if (direction != direction) sign = direction;
      pNew[i] = p[i] * kept - rate * sign;
      mNew[i] = beta2 * m[i] + (1f - beta2) * clipped;
    }
  }
}
