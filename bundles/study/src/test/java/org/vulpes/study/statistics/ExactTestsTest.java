package org.vulpes.study.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExactTestsTest {
  /** Differences of sizes 1 to n are their own ranks, and the two tests, counted in different ways, must agree. */
  @Test
  void signFlipOfRanksIsTheSignedRankTest() {
    var random = new Random(3);
    for (int n = 1; n <= 30; n++) {
      double[] d = IntStream.rangeClosed(1, n).mapToDouble(i -> random.nextInt(3) == 0 ? -i : i).toArray();
      var flips = SignFlip.of(d);
      var ranks = Wilcoxon.of(d);
      assertEquals(ranks.p(), flips.p(), 1e-12);
      assertEquals(ranks.pGreater(), flips.pGreater(), 1e-12);
      assertEquals(ranks.pLess(), flips.pLess(), 1e-12);
    }
  }

  @Test
  void signFlipReachesFortyDifferences() {
    double[] d = new double[40];
    Arrays.fill(d, 0.25);
    assertEquals(2 / Math.pow(2, 40), SignFlip.of(d).p());
    assertThrows(IllegalArgumentException.class, () -> SignFlip.of(Arrays.copyOf(d, 63)));
  }

  @Test
  void noDifferenceAtAllIsNoEvidence() {
    assertEquals(1, SignFlip.of(new double[4]).p());
    assertEquals(1, Wilcoxon.of(new double[4]).p());
    assertEquals(1, SignFlip.of(new double[0]).p());
  }

  @Test
  void infiniteTHasNoTail() {
    assertEquals(0, new StudentT(3).upper(Double.POSITIVE_INFINITY));
    assertEquals(1, new StudentT(3).lower(Double.POSITIVE_INFINITY));
    assertEquals(Double.POSITIVE_INFINITY, Normal.STANDARD.quantile(1));
    assertTrue(Double.isNaN(Normal.STANDARD.quantile(1.5)));
  }

  @Test
  void equivalenceHoldsExactlyWhenTheIntervalIsInside() {
    var random = new Random(8);
    for (int i = 0; i < 300; i++) {
      double shift = random.nextGaussian();
      double[] d = IntStream.range(0, 5).mapToDouble(k -> shift + random.nextGaussian()).toArray();
      var tost = new Equivalence(TTest.oneSample(d), -1.5, 1.5);
      assertEquals(tost.interval(0.05).isInside(-1.5, 1.5), tost.p() < 0.05);
    }
  }

  @Test
  void equivalencePowerIsWhatSimulationFinds() {
    var random = new Random(9);
    int hits = 0;
    for (int i = 0; i < 5000; i++) {
      double[] d = IntStream.range(0, 6).mapToDouble(k -> 0.4 + random.nextGaussian()).toArray();
      hits += new Equivalence(TTest.oneSample(d), -1.5, 1.5).p() < 0.05 ? 1 : 0;
    }
    assertEquals(Power.equivalence(6, 1.5, 0.4, 1, 0.05), hits / 5000.0, 0.02);
  }

  /** With a huge sample every question has an answer; with δ out of reach only the t test gives one. */
  @Test
  void decisionPowerMeetsItsLimits() {
    assertEquals(1, Power.decision(10_000, 0.1, 0.05, 1, 0.05), 1e-12);
    assertEquals(Power.twoSided(Power.Design.PAIRED, 6, 0.8, 1, 0.05), Power.decision(6, 1e-6, 0.8, 1, 0.05), 1e-9);
    double different = Power.twoSided(Power.Design.PAIRED, 8, 0.5, 1, 0.05);
    double equivalent = Power.equivalence(8, 1.2, 0.5, 1, 0.05);
    double either = Power.decision(8, 1.2, 0.5, 1, 0.05);
    assertTrue(either >= Math.max(different, equivalent) && either <= different + equivalent,
        either + " of " + different + ", " + equivalent);
  }
}
