package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The float64 loops of these tests and the definitions that operations carry were written apart from each other, from the same sentences. */
class DefinitionsTest {
  @Test
  void bothReadingsOfEveryOperationAgree() {
    for (KernelCheck c : SmallCases.all()) {
      double difference = c.definitionsDiffer();
      assertTrue(difference <= 1e-12, () -> c + ": " + difference);
    }
  }
}
