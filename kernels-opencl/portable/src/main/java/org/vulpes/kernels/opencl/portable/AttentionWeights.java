package org.vulpes.kernels.opencl.portable;

/**
 * Attention weights of a student's layer and of a teacher's: a weight is e^(score − total), with the totals of {@link AttentionTotals}. One of the student's heads is held against the mean of as many
 * of the teacher's as there are for each.
 */
abstract class AttentionWeights extends Scores {
  float[] totals;
  float[] teacherQ;
  float[] teacherK;
  float[] teacherTotals;
  int teacherHeads;
  int teacherKvHeads;
  int teacherHeadDim;
  float teacherScale;
  int teacherWindow;

  /** The logarithm of the weight that head h in a row gives to another row. */
  float logWeight(int row, int h, int other) {
    return score(row, h, other) - totals[row * heads + h];
  }

  /** The teacher's mean weight; 0 for what it does not see. */
  float teacherWeight(int row, int h, int other) {
    if (teacherWindow > 0 && row - other >= teacherWindow) return 0f;
    int each = teacherHeads / heads;
    float sum = 0f;
    for (int g = 0; g < each; g++) {
      int head = h * each + g;
      int own = (row * teacherHeads + head) * teacherHeadDim, at = (other * teacherKvHeads + head / (teacherHeads / teacherKvHeads)) * teacherHeadDim;
      float dot = 0f;
      for (int j = 0; j < teacherHeadDim; j++) dot += teacherQ[own + j] * teacherK[at + j];
      sum += exp(teacherScale * dot - teacherTotals[row * teacherHeads + head]);
    }
    return sum / each;
  }
}
