package org.vulpes.kernels.opencl.portable;

/** out = the logits of some chosen tokens of a row, and temperature · log Σ e^(x / temperature) over all others; a work-group a row. */
public final class TopRows extends RowGroup {
  float[] out;
  float[] logits;
  int[] ids;
  float temperature;
  int vocabulary;
  int top;

  @Override
  public void run() {
    int t = getLocalId(), size = getLocalSize(), r = getGroupId();
    int at = r * vocabulary, to = r * (top + 1);
    for (int j = t; j < top; j += size) out[to + j] = logits[at + ids[r * top + j]];
    float own = -1e30f;
    for (int c = t; c < vocabulary; c += size) if (!chosen(r, c)) own = max(own, logits[at + c]);
    float most = largest(own);
    own = 0f;
    for (int c = t; c < vocabulary; c += size) if (!chosen(r, c)) own += exp((logits[at + c] - most) / temperature);
    float others = sum(own);
    if (t == 0) {
      float rest = -1e30f;
      if (others > 0f) rest = most + temperature * log(others);
      out[to + top] = rest;
    }
  }

  private boolean chosen(int r, int c) {
    boolean found = false;
    for (int j = 0; j < top; j++) if (ids[r * top + j] == c) found = true;
    return found;
  }
}
