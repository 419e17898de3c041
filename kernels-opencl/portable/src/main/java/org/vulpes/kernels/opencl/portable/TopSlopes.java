package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** The gradient of {@link TopRows} by the logits: a chosen token has its own, another one the rest's by its share. */
public final class TopSlopes extends Kernel {
  float[] dlogits;
  float[] logits;
  int[] ids;
  float[] out;
  float[] dout;
  float temperature;
  int vocabulary;
  int top;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      int r = i / vocabulary, c = i % vocabulary, from = r * (top + 1);
      float own = 0f;
      int times = 0;
      for (int j = 0; j < top; j++) {
        if (ids[r * top + j] == c) {
          own += dout[from + j];
          times++;
        }
      }
      if (times == 0) own = dout[from + top] * exp((logits[i] - out[from + top]) / temperature);
      dlogits[i] = own;
    }
  }
}
