package org.vulpes.compute.opencl.internal;

import java.util.Optional;
import org.vulpes.compute.DeviceInfo;
import org.vulpes.compute.KernelFamily;

/** A text that computes a family's calls. */
record OpenClKernels(String family, KernelText text) implements KernelFamily {
  @Override
  public String name() {
    return text.name();
  }

  @Override
  public Optional<String> refusal(DeviceInfo device) {
    if (!device.id().startsWith("opencl:")) {
      return Optional.of("kernels." + family + " = " + name() + " is for OpenCL devices, not for device = " + device.id() + "; kernels." + family + " = device works everywhere.");
    }
    ClFacts facts = ClPlatforms.choose(ClPlatforms.devices(), device.id().substring("opencl:".length()));
    if (facts == null) return Optional.of("Device " + device.id() + " is not there any more.");
    return Optional.ofNullable(text.refusal(facts.with(Precision.of(device.version())))).map(why -> "kernels." + family + " = " + name() + " cannot work on " + facts.describe() + ": " + why + ".");
  }
}
