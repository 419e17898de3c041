package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** Scores of causal attention: scale · q · k over the keys of the same text that a query sees. Rows are positions of all texts, one text after the other. */
abstract class Scores extends Kernel {
  float[] q;
  float[] k;
  int[] first;
  int time;
  int heads;
  int kvHeads;
  int headDim;
  float scale;
  int window;
  int n;

  /** The first row that a row sees. */
  int firstSeen(int row) {
    int start = row - row % time + first[row];
    if (window > 0) start = max(start, row - window + 1);
    return start;
  }

  /** Where the key or value begins that head h sees in a row. */
  int seen(int h, int row) {
    return (row * kvHeads + h / (heads / kvHeads)) * headDim;
  }

  /** What head h in a row scores another row. */
  float score(int row, int h, int other) {
    int own = (row * heads + h) * headDim, at = seen(h, other);
    float dot = 0f;
    for (int j = 0; j < headDim; j++) dot += q[own + j] * k[at + j];
    return scale * dot;
  }

  /** log Σ e^score over all that head h in a row sees. */
  float total(int row, int h) {
    float most = -3.4e38f, sum = 0f;
    for (int s = firstSeen(row); s <= row; s++) {
      float score = score(row, h, s);
      float higher = max(most, score);
      sum = sum * exp(most - higher) + exp(score - higher);
      most = higher;
    }
    return most + log(sum);
  }
}
