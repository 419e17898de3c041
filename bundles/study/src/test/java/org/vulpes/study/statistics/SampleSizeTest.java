package org.vulpes.study.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.study.statistics.DecisionRule.Comparison;

/** How many pairs a study needs, also where the answer is absurd: a plan must not wait for it. */
class SampleSizeTest {
  /** Ceilings of R's power.t.test(type = "paired"). */
  @ParameterizedTest
  @CsvSource({"0.0031006, 0.001562, 0.05, 0.8, 5", "0.0018759, 0.001845, 0.05, 0.8, 10", "0.0059349, 0.003846, 0.005, 0.8, 10", "0.00054122, 0.002691, 0.05, 0.8, 196",
    "0.0077538, 0.003085, 0.01, 0.99, 8"})
  void countsThePairsThatFindADifference(double delta, double sd, double alpha, double power, long pairs) {
    assertEquals(OptionalLong.of(pairs), Power.differenceSampleSize(delta, sd, alpha, power));
  }

  @Test
  void countsThePairsThatShowEqualArmsToBeEquivalent() {
    // R's quadrature: 0.9499568523591571 at 5 pairs of δ / sd = 2, so fewer reach 80 %.
    long n = Power.equivalenceSampleSize(0.004, 0.002, 0.05, 0.8).orElseThrow();
    assertTrue(n < 5 && Power.equivalence(n, 0.004, 0, 0.002, 0.05) >= 0.8 && Power.equivalence(n - 1, 0.004, 0, 0.002, 0.05) < 0.8, "n = " + n);
  }

  @Test
  void twoPairsAreTheLeast() {
    assertEquals(OptionalLong.of(2), Power.differenceSampleSize(100, 1e-3, 0.05, 0.8));
    assertEquals(OptionalLong.of(2), Power.equivalenceSampleSize(100, 1e-3, 0.05, 0.8));
  }

  @Test
  void hasNoNumberForWhatNobodyTrains() {
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
      assertEquals(OptionalLong.empty(), Power.differenceSampleSize(1e-9, 0.03, 0.05, 0.8));
      assertEquals(OptionalLong.empty(), Power.equivalenceSampleSize(1e-9, 0.03, 0.05, 0.8));
      var equal = new Comparison("equal", new double[] {2.1, 2.2, 2.3}, new double[] {2.11, 2.19, 2.3});
      assertEquals(OptionalLong.empty(), new DecisionRule(0.05, 1e-9).judge(java.util.List.of(equal)).getFirst().moreSeeds());
    });
  }
}
