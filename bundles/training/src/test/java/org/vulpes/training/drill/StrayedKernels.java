package org.vulpes.training.drill;

import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.OwnKernels;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Matrix products, whatever slot it is put in. */
public final class StrayedKernels implements Plugin<KernelFamily> {
  @Override
  public KernelFamily create(Options options) {
    return new OwnKernels("gemm");
  }
}
