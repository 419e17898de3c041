package org.vulpes.compute;

import java.util.Optional;

/** The kernels that a device has by itself; every device passes over it. */
public record OwnKernels(String family) implements KernelFamily {
  @Override
  public String name() {
    return "device";
  }

  @Override
  public Optional<String> refusal(DeviceInfo device) {
    return Optional.empty();
  }
}
