package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** out = the logits of some chosen tokens of a row, and temperature · log Σ e^(x / temperature) over all others; a work-group a row. */
public final class TopRows extends Kernel {
  float[] out;
  float[] logits;
  int[] ids;
  float temperature;
  int vocabulary;
  int top;
  @Local float[] shared = new float[64];

  @Override
  public void run() {
    int t = getLocalId(), size = getLocalSize(), r = getGroupId();
    int at = r * vocabulary, to = r * (top + 1);
    for (int j = t; j < top; j += size) out[to + j] = logits[at + ids[r * top + j]];
    float most = -1e30f;
    for (int c = t; c < vocabulary; c += size) if (!chosen(r, c)) most = max(most, logits[at + c]);
    shared[t] = most;
    localBarrier();
    for (int reach = size / 2; reach > 0; reach = reach / 2) {
      if (t < reach) shared[t] = max(shared[t], shared[t + reach]);
      localBarrier();
    }
    most = shared[0];
    localBarrier();
    float sum = 0f;
    for (int c = t; c < vocabulary; c += size) if (!chosen(r, c)) sum += exp((logits[at + c] - most) / temperature);
    shared[t] = sum;
    localBarrier();
    for (int reach = size / 2; reach > 0; reach = reach / 2) {
      if (t < reach) shared[t] += shared[t + reach];
      localBarrier();
    }
    if (t == 0) {
      float rest = -1e30f;
      if (shared[0] > 0f) rest = most + temperature * log(shared[0]);
      out[to + top] = rest;
    }
  }

  private boolean chosen(int r, int c) {
    boolean found = false;
    for (int j = 0; j < top; j++) if (ids[r * top + j] == c) found = true;
    return found;
  }
}
