package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** What policy-gradient methods know of a token: r = e^(−nll − old), the ratio of the policy to the one that wrote it, held within [least, most]; and d = reference + nll. */
abstract class PolicyRatio extends Kernel {
  float[] nll;
  float[] old;
  float[] reference;
  float[] advantage;
  int ratio;
  float least;
  float most;
  int kl;
  float beta;
  int n;

  float ratio(int i) {
    return exp(-nll[i] - old[i]);
  }

  float held(float r) {
    return max(least, min(most, r));
  }
}
