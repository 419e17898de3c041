package @package@;

import com.aparapi.Kernel;

/**
 * y = silu(gate) · up, a work-item an element. The build translates this class to swi-glu.cl with the kernel swi_glu, whose parameters are the fields in their order; the bundle holds that text alone. What such a
 * class may use stands in the Javadoc of org.vulpes.compute.opencl.Translator.
 */
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
