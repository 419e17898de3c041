package org.vulpes.compute.jvm.internal;

import org.osgi.service.component.annotations.Component;
import org.vulpes.compute.KernelFamily;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Offers the device's own matrix products under a name ({@link GemmKernels}), to come back to after another's. */
@Component
@Fills(slot = "kernels.gemm", use = "packed")
public final class PackedGemm implements Plugin<KernelFamily> {
  @Override
  public KernelFamily create(Options options) {
    return new JvmKernels("gemm", "packed", GemmKernels::register);
  }
}
