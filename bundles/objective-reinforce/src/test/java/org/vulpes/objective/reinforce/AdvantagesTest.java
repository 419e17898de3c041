package org.vulpes.objective.reinforce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against the papers' formulas, worked out by hand or written out as sums. */
class AdvantagesTest {

  @Test
  void groupsAreHeldAgainstTheirMeanAndDeviation() {
    // Mean 0.5, deviation 0.5.
    assertArrayEquals(new double[] {1, -1, 1, -1}, Advantages.group(new double[] {1, 0, 1, 0}, true), 1e-5);
    // Mean 2, deviation sqrt(8/5).
    assertArrayEquals(new double[] {-2 / 1.2649110640673518, 0, 0, 0, 2 / 1.2649110640673518}, Advantages.group(new double[] {0, 2, 2, 2, 4}, true), 1e-5);
    assertArrayEquals(new double[] {-2, 0, 0, 0, 2}, Advantages.group(new double[] {0, 2, 2, 2, 4}, false), 1e-12);
  }

  @Test
  void leavingOneOutHoldsEachAgainstTheOthers() {
    assertArrayEquals(new double[] {1 - 2.0 / 3, 0 - 1, 2 - 1.0 / 3, 0 - 1}, Advantages.leaveOneOut(new double[] {1, 0, 2, 0}), 1e-12);
  }

  @Test
  void equalRewardsGiveNoAdvantageExactly() {
    // A third of 0.3 is not 0.1 in binary: the mean of equal numbers need not be that number.
    double[] equal = {0.1, 0.1, 0.1};
    assertTrue(Advantages.equal(equal));
    assertArrayEquals(new double[3], Advantages.group(equal, true));
    assertArrayEquals(new double[3], Advantages.group(equal, false));
    assertArrayEquals(new double[3], Advantages.leaveOneOut(equal));
    assertFalse(Advantages.equal(new double[] {0.1, Double.NaN, 0.2}));
    assertTrue(Advantages.equal(new double[] {Double.NaN, 0.2, Double.NaN}));
  }

  @Test
  void containedRewardsHaveNoPart() {
    assertArrayEquals(new double[] {1, 0, -1}, Advantages.group(new double[] {3, Double.NaN, 1}, false), 1e-12);
    assertArrayEquals(new double[] {2, 0, -2}, Advantages.leaveOneOut(new double[] {3, Double.NaN, 1}), 1e-12);
    assertArrayEquals(new double[2], Advantages.group(new double[] {Double.NaN, Double.NaN}, true));
  }

  @Test
  void generalisedAdvantagesAreTheSumsOfTheirDefinition() {
    var random = new Random(1);
    int n = 7;
    double gamma = 0.97, lambda = 0.9;
    double[] r = random.doubles(n).toArray(), v = random.doubles(n).toArray(), found = Advantages.generalised(r, v, gamma, lambda);
    for (int t = 0; t < n; t++) {
      double sum = 0;
      for (int l = 0; t + l < n; l++) sum += Math.pow(gamma * lambda, l) * (r[t + l] + gamma * (t + l + 1 < n ? v[t + l + 1] : 0) - v[t + l]);
      assertEquals(sum, found[t], 1e-12);
    }
    // With λ = γ = 1 it is what is still to come, less the value.
    assertEquals(r[5] + r[6] - v[5], Advantages.generalised(r, v, 1, 1)[5], 1e-12);
  }
}
