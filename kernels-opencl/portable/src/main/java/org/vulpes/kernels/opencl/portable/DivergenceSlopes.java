package org.vulpes.kernels.opencl.portable;

/** dstudent = coefficient · scale · (u − q Σ u) with the u of DivergenceGradient; a work-group a row. */
public final class DivergenceSlopes extends Distributions {
  float[] dstudent;
  float[] coefficient;

  @Override
  public void run() {
    int t = getLocalId(), size = getLocalSize(), r = getGroupId();
    int at = r * vocabulary;
    float own = 0f;
    for (int c = t; c < vocabulary; c += size) {
      float u = slope(scale * teacher[at + c] - teacherTotals[r], scale * student[at + c] - studentTotals[r]);
      dstudent[at + c] = u;
      own += u;
    }
    float all = sum(own);
    // Each item reads what it has written itself.
    for (int c = t; c < vocabulary; c += size) dstudent[at + c] = coefficient[r] * scale * (dstudent[at + c] - exp(scale * student[at + c] - studentTotals[r]) * all);
  }

  /** u = −ofTeacher · rest · p q / m + ofStudent · (q (log q − log m) − rest · q² / m). */
  private float slope(float lp, float lq) {
    float lm = logMix(lp, lq);
    return ofStudent * (exp(lq) * (lq - lm) - rest * exp(2f * lq - lm)) - ofTeacher * rest * exp(lp + lq - lm);
  }
}
