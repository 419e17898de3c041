package org.vulpes.kernels.opencl.portable;

/** The gradient of {@link PolicyTokens}' loss by nll, times the gradient of the loss. */
public final class PolicySlopes extends PolicyRatio {
  float[] slope;
  float[] gradient;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      float a = advantage[i];
      // By the policy's log-probability, which is −nll.
      float own = -a;
      if (ratio != 0) {
        float r = ratio(i);
        own = -r * a;
        if (held(r) * a < r * a) own = 0f;
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
