package org.vulpes.compute.internal;

import org.osgi.service.component.annotations.Component;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.OwnKernels;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Leaves matrix products to the device. */
@Component
@Fills(slot = "kernels.gemm", use = "device")
public final class OwnGemm implements Plugin<KernelFamily> {
  @Override
  public KernelFamily create(Options options) {
    return new OwnKernels("gemm");
  }
}
