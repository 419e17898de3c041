package org.vulpes.kernels.opencl.portable;

/** ofTeacher · KL(p ‖ m) + ofStudent · KL(q ‖ m); a work-group a row. */
public final class DivergenceRows extends Distributions {
  float[] out;
  @Local float[] shared = new float[64];

  @Override
  public void run() {
    int t = getLocalId(), size = getLocalSize(), r = getGroupId();
    int at = r * vocabulary;
    float sum = 0f;
    for (int c = t; c < vocabulary; c += size) {
      float lq = scale * student[at + c] - studentTotals[r], lp = scale * teacher[at + c] - teacherTotals[r];
      float lm = logMix(lp, lq);
      sum += ofTeacher * exp(lp) * (lp - lm) + ofStudent * exp(lq) * (lq - lm);
    }
    shared[t] = sum;
    localBarrier();
    for (int reach = size / 2; reach > 0; reach = reach / 2) {
      if (t < reach) shared[t] += shared[t + reach];
      localBarrier();
    }
    if (t == 0) out[r] = shared[0];
  }
}
