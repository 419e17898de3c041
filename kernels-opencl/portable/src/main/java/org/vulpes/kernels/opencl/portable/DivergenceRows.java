package org.vulpes.kernels.opencl.portable;

/** ofTeacher · KL(p ‖ m) + ofStudent · KL(q ‖ m); a work-group a row. */
public final class DivergenceRows extends Distributions {
  float[] out;

  @Override
  public void run() {
    int t = getLocalId(), size = getLocalSize(), r = getGroupId();
    int at = r * vocabulary;
    float own = 0f;
    for (int c = t; c < vocabulary; c += size) {
      float lq = scale * student[at + c] - studentTotals[r], lp = scale * teacher[at + c] - teacherTotals[r];
      float lm = logMix(lp, lq);
      own += ofTeacher * exp(lp) * (lp - lm) + ofStudent * exp(lq) * (lq - lm);
    }
    float all = sum(own);
    if (t == 0) out[r] = all;
  }
}
