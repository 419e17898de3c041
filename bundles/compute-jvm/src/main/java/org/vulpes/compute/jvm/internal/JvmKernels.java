package org.vulpes.compute.jvm.internal;

import java.util.Optional;
import java.util.function.Consumer;
import org.vulpes.compute.DeviceInfo;
import org.vulpes.compute.KernelFamily;

/** A family of kernels that this device can be given in place of its own. @param register puts its builders into a table */
record JvmKernels(String family, String name, Consumer<KernelTable> register) implements KernelFamily {
  @Override
  public Optional<String> refusal(DeviceInfo device) {
    return device.id().equals("jvm") ? Optional.empty()
        : Optional.of("kernels." + family + " = " + name + " is for device = jvm, not for " + device.id() + "; kernels." + family + " = device works everywhere.");
  }
}
