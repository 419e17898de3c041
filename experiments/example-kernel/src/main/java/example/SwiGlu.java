package example;

import com.aparapi.Kernel;

/** y = silu(gate) · up. The build translates this class to swi-glu.cl, kernel swi_glu, with the fields as parameters in their order. */
public final class SwiGlu extends Kernel {
  float[] y;
  float[] gate;
  float[] up;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) y[i] = gate[i] / (1f + exp(-gate[i])) * up[i];
  }
}
