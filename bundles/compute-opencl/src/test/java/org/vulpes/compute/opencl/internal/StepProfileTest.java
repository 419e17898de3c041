package org.vulpes.compute.opencl.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StepProfileTest {
  @Test
  void everySecondStepRunsAsItDoesWithoutAProfileAndIsTakenWhole() {
    var profile = new StepProfile();
    assertTrue(profile.noting());
    profile.noted("accumulate 4x8", 6_000_000);
    profile.noted("apply", 1_000_000);
    long began = System.nanoTime();
    assertEquals("", profile.line("opencl:0"), "no step was taken whole yet");
    assertFalse(profile.noting());
    // The rest of the clock's readings are ours: 8 ms in the first program, 2 in the update, 4 outside of them, but for the moment since the update before.
    profile.ran("accumulate 4x8", began + 3_000_000, began + 11_000_000);
    profile.ran("apply", began + 12_000_000, began + 14_000_000);
    assertTrue(profile.noting());
    String line = profile.line("opencl:0");
    assertTrue(line.matches("a step on opencl:0: 1[4-9]\\.\\d\\d ms, 2\\.\\d\\d\\d times the 7\\.00 ms of its kernels one after the other; [4-9]\\.\\d\\d ms of it between programs "
        + "\\(medians of 1 steps, and of 1 noted kernel by kernel\\)\n"), line);
  }
}
