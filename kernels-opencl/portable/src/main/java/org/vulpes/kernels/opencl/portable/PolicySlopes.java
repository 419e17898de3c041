package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** The gradient of {@link PolicyTokens}' loss by nll, times the gradient of the loss. */
public final class PolicySlopes extends Kernel {
  float[] slope;
  float[] nll;
  float[] old;
  float[] reference;
  float[] advantage;
  float[] gradient;
  int ratio;
  float least;
  float most;
  int kl;
  float beta;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      float a = advantage[i];
      // By the policy's log-probability, which is −nll.
      float own = -a;
      if (ratio != 0) {
        float r = exp(-nll[i] - old[i]);
        own = -r * a;
        if (max(least, min(most, r)) * a < r * a) own = 0f;
      }
      slope[i] = -gradient[i] * (own + beta * bend(reference[i] + nll[i]));
    }
  }

  /** Of the estimates −d, d²/2 and e^d − d − 1: 1, −d and 1 − e^d. */
  private float bend(float d) {
    if (kl == 1) return 1f;
    if (kl == 2) return -d;
    if (kl == 3) return -expm1(d);
    return 0f;
  }
}
