package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** One AdamW update of a parameter with its moments; hyper = {rate, beta1, beta2, epsilon, weight decay, 1 − beta1^t, 1 − beta2^t}. */
public final class Adamw extends Kernel {
  float[] pNew;
  float[] mNew;
  float[] vNew;
  float[] p;
  float[] g;
  float[] m;
  float[] v;
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
      float m1 = beta1 * m[i] + (1f - beta1) * clipped;
      float v1 = beta2 * v[i] + (1f - beta2) * clipped * clipped;
      pNew[i] = p[i] * kept - rate * (m1 / hyper[5]) / (sqrt(v1 / hyper[6]) + hyper[3]);
      mNew[i] = m1;
      vNew[i] = v1;
    }
  }
}
