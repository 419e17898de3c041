package org.vulpes.kernels.opencl.cpu;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.vulpes.compute.Device;
import org.vulpes.compute.opencl.OpenCl;

/** The device that these kernels are tested on: the first processor that OpenCL offers. Tests are skipped where there is none, but on the build server, where they fail. */
final class Cpu {
  private Cpu() {}

  static Device open() {
    var refusal = OpenCl.refusal("cpu");
    if (refusal.isPresent() && "1".equals(System.getenv("VULPES_REQUIRE_OPENCL"))) fail(refusal.get());
    assumeTrue(refusal.isEmpty(), () -> "skipped: " + refusal.get());
    return OpenCl.open("cpu", Path.of("src/main/resources"));
  }
}
