package org.vulpes.compute.opencl.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class StepProfileTest {

  @Test
  void aStepIsFromOneUpdatesEndToTheNext() {
    var profile = new StepProfile();
    assertEquals("", profile.line("opencl:0"));
    // Milliseconds as nanoseconds: an update; then a program of 8 with 6 of kernels, read for 1; then an update of 2 with 1 of kernels.
    profile.ran("apply", 0, 1_000_000, 900_000, 500_000);
    assertEquals("", profile.line("opencl:0"), "what was before the first update is no step");
    profile.ran("accumulate 4x8", 2_000_000, 10_000_000, 6_000_000, 1_000_000);
    profile.ran("apply", 11_500_000, 13_500_000, 1_000_000, 100_000);
    // From 1.5, where the profile had read its times, to 13.5, less the 1 that it took between.
    assertEquals("a step on opencl:0: 11.00 ms, kernels 7.00 ms, ratio 1.571; 3.00 ms between kernels, 1.00 ms between programs (medians of 1 steps)\n", profile.line("opencl:0"));
  }
}
