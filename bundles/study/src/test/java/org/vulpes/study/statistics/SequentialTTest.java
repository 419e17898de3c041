package org.vulpes.study.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequentialTTest {
  private static double[] shares(int... pairs) {
    return Arrays.stream(pairs).mapToDouble(n -> (double) n / pairs[pairs.length - 1]).toArray();
  }

  private static int[] looks(String text) {
    return Arrays.stream(text.strip().split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  /** Independent of the chain of bins: t statistics of simulated pairs. */
  @ParameterizedTest
  @CsvSource({"2 3, POCOCK, 0.05", "2 4, OBRIEN_FLEMING, 0.025", "3 6, POCOCK, 0.0125", "2 4 6, POCOCK, 0.025", "2 3 4 5 6, POCOCK, 0.025", "2 3 4 5 6, OBRIEN_FLEMING, 0.05"})
  void crossesAsOftenAsItSpends(String text, Spending spending, double alpha) {
    int[] pairs = looks(text);
    var test = new SequentialT(pairs, shares(pairs), spending);
    int studies = Integer.getInteger("vulpes.studies", 100_000);
    // A t statistic above the critical one has a level below the boundary's.
    double[] levels = test.boundaries(alpha);
    double[] critical = new double[pairs.length];
    Arrays.setAll(critical, k -> new StudentT(pairs[k] - 1).upperQuantile(levels[k]));
    var random = new Random(3);
    int crossed = 0;
    for (int s = 0; s < studies; s++) {
      double sum = 0;
      double squares = 0;
      boolean crosses = false;
      for (int n = 1, k = 0; n <= pairs[pairs.length - 1]; n++) {
        double x = random.nextGaussian();
        sum += x;
        squares += x * x;
        if (n == pairs[k]) {
          double variance = (squares - sum * sum / n) / (n - 1);
          crosses |= sum / n / Math.sqrt(variance / n) > critical[k];
          k++;
        }
      }
      crossed += crosses ? 1 : 0;
    }
    double share = (double) crossed / studies;
    assertEquals(alpha, share, 3.5 * Math.sqrt(alpha * (1 - alpha) / studies), Arrays.toString(levels));
  }

  @ParameterizedTest
  @CsvSource({"OBRIEN_FLEMING, 0.025", "POCOCK, 0.025", "OBRIEN_FLEMING, 0.005"})
  void manyPairsAreLikeANormalStatistic(Spending spending, double alpha) {
    int[] pairs = {400, 800, 1200};
    double[] levels = new SequentialT(pairs, shares(pairs), spending).boundaries(alpha);
    double[] z = GroupSequential.boundaries(shares(pairs), alpha, spending);
    for (int k = 0; k < 3; k++) {
      assertEquals(1, levels[k] / Normal.STANDARD.upper(z[k]), 2e-3, "look " + k);
    }
  }

  @Test
  void oneLookIsThePlainTest() {
    var test = new SequentialT(new int[] {6}, new double[] {1}, Spending.OBRIEN_FLEMING);
    for (double p : new double[] {1e-9, 0.02, 0.4, 0.9}) {
      assertEquals(p, test.p(new double[] {p}));
    }
    assertEquals(0.05, test.boundaries(0.05)[0], 1e-15);
  }

  @ParameterizedTest
  @CsvSource({"3 6, OBRIEN_FLEMING", "2 4 6, OBRIEN_FLEMING", "2 3 4 5 6, POCOCK", "5 20, POCOCK"})
  void pIsTheSmallestLevelWhoseBoundaryIsCrossed(String text, Spending spending) {
    int[] pairs = looks(text);
    var test = new SequentialT(pairs, shares(pairs), spending);
    double[] nothing = new double[pairs.length];
    for (double alpha : new double[] {1e-4, 1e-3, 0.0125, 0.025, 0.05, 0.2}) {
      double[] levels = test.boundaries(alpha);
      for (int k = 0; k < pairs.length; k++) {
        Arrays.fill(nothing, 1);
        nothing[k] = levels[k];
        assertEquals(1, test.p(nothing) / alpha, 5e-3, "look " + k + " at " + alpha);
      }
    }
  }

  @Test
  void evidenceOfAnEarlierLookStays() {
    var test = new SequentialT(new int[] {3, 6}, new double[] {0.5, 1}, Spending.POCOCK);
    assertEquals(test.p(new double[] {0.001, 0.9}), test.p(new double[] {0.001, 0.1}));
    assertTrue(test.p(new double[] {0.9, 0.9}) >= 0.3);
  }

  @Test
  void looksThatCannotBeAreRefused() {
    for (int[] pairs : new int[][] {{}, {1, 3}, {3, 3}, {6, 3}}) {
      assertThrows(IllegalArgumentException.class, () -> new SequentialT(pairs, shares(pairs.length == 0 ? new int[0] : pairs), Spending.POCOCK));
    }
  }
}
