package org.vulpes.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.vulpes.slot.InvalidInput;

class SamplingTest {
  /** Probabilities 0.5, 0.25, 0.125, 0.125 at temperature 1. */
  private static final double[] LOGITS = {Math.log(2), Math.log(8), Math.log(2), Math.log(4)};

  @Test
  void greedyTakesTheLikeliestAndTheLowestIdOnATie() {
    assertEquals(1, Sampling.greedy(-1).pick(LOGITS, 0));
    assertEquals(1, Sampling.greedy(-1).pick(new double[] {-5, 3, 3, -0.0}, 9));
  }

  @Test
  void tokensAreDrawnAsOftenAsTheirProbabilitySays() {
    double[] share = shares(new Sampling(1, 0, 1, 5, -1));
    // four standard deviations of a share of 1/2 in 20000 draws are 0.014
    assertEquals(0.125, share[0], 0.014);
    assertEquals(0.5, share[1], 0.014);
    assertEquals(0.125, share[2], 0.014);
    assertEquals(0.25, share[3], 0.014);
  }

  @Test
  void temperatureSharpens() {
    // squares of the probabilities: 1/64, 1/4, 1/64, 1/16, over 22/64
    double[] share = shares(new Sampling(0.5, 0, 1, 5, -1));
    assertEquals(16 / 22.0, share[1], 0.014);
    assertEquals(4 / 22.0, share[3], 0.014);
  }

  @Test
  void topKKeepsTheLikeliestAndTheLowerIdOnATie() {
    double[] two = shares(new Sampling(1, 2, 1, 5, -1));
    assertEquals(2 / 3.0, two[1], 0.014);
    assertEquals(0, two[0] + two[2]);
    double[] three = shares(new Sampling(1, 3, 1, 5, -1));
    assertTrue(three[0] > 0.1);
    assertEquals(0, three[2]);
  }

  @Test
  void topPKeepsTheFewestThatReachTheMass() {
    assertEquals(1, shares(new Sampling(1, 0, 0.5, 5, -1))[1]);
    double[] share = shares(new Sampling(1, 0, 0.6, 5, -1));
    assertEquals(2 / 3.0, share[1], 0.014);
    assertEquals(1 / 3.0, share[3], 0.014);
    assertEquals(1, shares(new Sampling(1, 0, 1e-9, 5, -1))[1]);
  }

  @Test
  void theSeedDecidesTheDraws() {
    var a = new Sampling(1, 0, 1, 5, -1);
    int different = 0;
    for (int i = 0; i < 100; i++) {
      assertEquals(a.pick(LOGITS, i), new Sampling(1, 0, 1, 5, -1).pick(LOGITS, i));
      if (a.pick(LOGITS, i) != new Sampling(1, 0, 1, 6, -1).pick(LOGITS, i)) different++;
    }
    assertTrue(different > 20);
  }

  @Test
  void negativeAndInfiniteLogitsAreOrdered() {
    double[] logits = {-1e30, Double.NEGATIVE_INFINITY, -3, -2, -1e-30};
    for (int i = 0; i < 50; i++) {
      int id = new Sampling(1, 2, 1, i, -1).pick(logits, i);
      assertTrue(id == 4 || id == 3, "drew " + id);
    }
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThrows(InvalidInput.class, () -> new Sampling(-1, 0, 1, 0, -1));
    assertThrows(InvalidInput.class, () -> new Sampling(Double.NaN, 0, 1, 0, -1));
    assertThrows(InvalidInput.class, () -> new Sampling(1, -1, 1, 0, -1));
    assertThrows(InvalidInput.class, () -> new Sampling(1, 0, 0, 0, -1));
    assertThrows(InvalidInput.class, () -> new Sampling(1, 0, 1.1, 0, -1));
  }

  private static double[] shares(Sampling sampling) {
    int draws = 20_000;
    var share = new double[LOGITS.length];
    for (int i = 0; i < draws; i++) share[sampling.pick(LOGITS, i)] += 1.0 / draws;
    for (int i = 0; i < share.length; i++) if (share[i] > 1 - 1e-9) share[i] = 1;
    return share;
  }
}
