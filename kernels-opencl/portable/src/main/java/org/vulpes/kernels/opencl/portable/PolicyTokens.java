package org.vulpes.kernels.opencl.portable;

/** Token by token: the loss of policy-gradient methods, |r − 1|, whether the clipping cuts the gradient off, and the estimate of the divergence. */
public final class PolicyTokens extends PolicyRatio {
  float[] loss;
  float[] distance;
  float[] clipped;
  float[] estimate;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      float a = advantage[i];
      float r = 1f, surrogate = a * nll[i], cut = 0f;
      if (ratio != 0) {
        r = ratio(i);
        float held = held(r);
        surrogate = -r * a;
        if (held * a < r * a) {
          surrogate = -held * a;
          cut = 1f;
        }
      }
      float kept = divergence(reference[i] + nll[i]);
      loss[i] = surrogate + beta * kept;
      distance[i] = abs(r - 1f);
      clipped[i] = cut;
      estimate[i] = kept;
    }
  }

  /** Estimator number kl of PolicyLoss.Kl: NONE, K1, K2, K3. */
  private float divergence(float d) {
    if (kl == 1) return -d;
    if (kl == 2) return 0.5f * d * d;
    if (kl == 3) return excess(d);
    return 0f;
  }

  /** e^d − d − 1; by its series near 0, where policies usually are and the difference would be all rounding. */
  private float excess(float d) {
    if (abs(d) > 0.5f) return exp(d) - d - 1f;
    return 0.5f * d * d * (1f + d / 3f * (1f + d / 4f * (1f + d / 5f * (1f + d / 6f * (1f + d / 7f * (1f + d / 8f))))));
  }
}
