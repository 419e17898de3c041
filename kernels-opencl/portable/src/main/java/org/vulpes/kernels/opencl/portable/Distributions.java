package org.vulpes.kernels.opencl.portable;

/** Rows of logits of a student and a teacher, with their totals by {@link RowTotals}: p and q are the softmax of scale · teacher and scale · student, m = mix · p + rest · q. */
abstract class Distributions extends RowGroup {
  float[] student;
  float[] teacher;
  float[] studentTotals;
  float[] teacherTotals;
  float scale;
  float ofTeacher;
  float ofStudent;
  float mix;
  float rest;
  int vocabulary;

  /** log m. */
  float logMix(float lp, float lq) {
    if (mix == 0f) return lq;
    if (rest == 0f) return lp;
    float a = log(mix) + lp, b = log(rest) + lq;
    return max(a, b) + log1p(exp(-abs(a - b)));
  }
}
