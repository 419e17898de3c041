package org.vulpes.kernels.opencl.portable;

/** The mean over the student's heads of KL(teacher ‖ student); a work-item a query. */
public final class AttentionDivergenceRows extends AttentionWeights {
  float[] out;

  @Override
  public void run() {
    int row = getGlobalId();
    if (row < n) {
      float sum = 0f;
      for (int h = 0; h < heads; h++) {
        for (int s = firstSeen(row); s <= row; s++) {
          float p = teacherWeight(row, h, s);
          if (p > 0f) sum += p * (log(p) - logWeight(row, h, s));
        }
      }
      out[row] = sum / heads;
    }
  }
}
