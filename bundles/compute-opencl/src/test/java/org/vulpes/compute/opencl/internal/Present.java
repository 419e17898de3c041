package org.vulpes.compute.opencl.internal;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.vulpes.compute.opencl.OpenCl;

/** Tests of a device are skipped where there is none; the build server sets a variable so that they fail there. */
final class Present {
  private Present() {}

  static void orSkip() {
    var refusal = OpenCl.refusal("0");
    if (refusal.isPresent() && "1".equals(System.getenv("VULPES_REQUIRE_OPENCL"))) fail(refusal.get());
    assumeTrue(refusal.isEmpty(), () -> "skipped: " + refusal.get());
  }
}
