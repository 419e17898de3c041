package org.vulpes.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Random64;

class SamplingTest {
  /** Probabilities 0.5, 0.25, 0.125, 0.125 at temperature 1. */
  private static final float[] LOGITS = {(float) Math.log(2), (float) Math.log(8), (float) Math.log(2), (float) Math.log(4)};

  @Test
  void greedyTakesTheLikeliestAndTheLowestIdOnATie() {
    assertEquals(1, pick(Sampling.greedy(), LOGITS, 0.9));
    assertEquals(1, pick(Sampling.greedy(), new float[] {-5, 3, 3, -0f}, 0.9));
  }

  @Test
  void tokensAreDrawnAsOftenAsTheirProbabilitySays() {
    double[] share = shares(Sampling.of(1, 0, 1));
    // four standard deviations of a share of 1/2 in 20000 draws are 0.014
    assertEquals(0.125, share[0], 0.014);
    assertEquals(0.5, share[1], 0.014);
    assertEquals(0.125, share[2], 0.014);
    assertEquals(0.25, share[3], 0.014);
  }

  @Test
  void temperatureSharpens() {
    // squares of the probabilities: 1/64, 1/4, 1/64, 1/16, over 22/64
    double[] share = shares(Sampling.of(0.5, 0, 1));
    assertEquals(16 / 22.0, share[1], 0.014);
    assertEquals(4 / 22.0, share[3], 0.014);
  }

  @Test
  void topKKeepsTheLikeliestAndTheLowerIdOnATie() {
    double[] two = shares(Sampling.of(1, 2, 1));
    assertEquals(2 / 3.0, two[1], 0.014);
    assertEquals(0, two[0] + two[2]);
    double[] three = shares(Sampling.of(1, 3, 1));
    assertTrue(three[0] > 0.1);
    assertEquals(0, three[2]);
  }

  @Test
  void topPKeepsTheFewestThatReachTheMass() {
    assertEquals(1, shares(Sampling.of(1, 0, 0.5))[1]);
    double[] share = shares(Sampling.of(1, 0, 0.6));
    assertEquals(2 / 3.0, share[1], 0.014);
    assertEquals(1 / 3.0, share[3], 0.014);
    assertEquals(1, shares(Sampling.of(1, 0, 1e-9))[1]);
  }

  @Test
  void minPKeepsWhatIsNotFarBelowTheLikeliest() {
    // Shares of the likeliest: 1/4, 1, 1/4, 1/2.
    double[] share = shares(new Sampling(1, 0, 1, 0.4, 1));
    assertEquals(2 / 3.0, share[1], 0.014);
    assertEquals(0, share[0] + share[2]);
    assertEquals(1, shares(new Sampling(1, 0, 1, 0.6, 1))[1]);
  }

  @Test
  void whatWasSeenIsPenalisedByTheSignOfItsLogit() {
    var seen = new BitSet();
    seen.set(1);
    var sampling = new Sampling(0, 0, 1, 0, 2);
    // log 8 / 2 = 1.04 is above log 2 and below log 4.
    assertEquals(3, new Draw(sampling, 4).next(LOGITS, 0, seen, 0));
    seen.set(3);
    assertEquals(1, new Draw(sampling, 4).next(LOGITS, 0, seen, 0));
    assertEquals(0, new Draw(sampling, 4).next(new float[] {-1.5f, -1, -9, -1.9f}, 0, seen, 0));
  }

  @Test
  void theLogProbabilityIsTheModelsAtTheTemperatureOfTheDraw() {
    var draw = new Draw(new Sampling(0.5, 1, 1, 0, 1), 4);
    assertEquals(1, draw.next(LOGITS, 0, null, 0.3));
    assertEquals(Math.log(64.0 / 88), draw.logProbability(), 1e-6);
    var greedy = new Draw(Sampling.greedy(), 4);
    greedy.next(LOGITS, 0, null, 0);
    assertEquals(Math.log(0.5), greedy.logProbability(), 1e-6);
  }

  @Test
  void aRowInTheMiddleOfABatchIsRead() {
    var two = new float[] {9, 9, 9, 9, 0, 0, 5, 0};
    assertEquals(2, new Draw(Sampling.greedy(), 4).next(two, 4, null, 0));
  }

  @Test
  void negativeAndInfiniteLogitsAreOrdered() {
    float[] logits = {-1e30f, Float.NEGATIVE_INFINITY, -3, -2, -1e-30f};
    for (int i = 0; i < 50; i++) {
      int id = pick(Sampling.of(1, 2, 1), logits, i / 50.0);
      assertTrue(id == 4 || id == 3, "drew " + id);
    }
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThrows(InvalidInput.class, () -> Sampling.of(-1, 0, 1));
    assertThrows(InvalidInput.class, () -> Sampling.of(Double.NaN, 0, 1));
    assertThrows(InvalidInput.class, () -> Sampling.of(1, -1, 1));
    assertThrows(InvalidInput.class, () -> Sampling.of(1, 0, 0));
    assertThrows(InvalidInput.class, () -> Sampling.of(1, 0, 1.1));
    assertThrows(InvalidInput.class, () -> new Sampling(1, 0, 1, 1.5, 1));
    assertThrows(InvalidInput.class, () -> new Sampling(1, 0, 1, 0, 0));
  }

  private static int pick(Sampling sampling, float[] logits, double uniform) {
    return new Draw(sampling, logits.length).next(logits, 0, null, uniform);
  }

  private static double[] shares(Sampling sampling) {
    int draws = 20_000;
    var share = new double[LOGITS.length];
    var random = Random64.of(5, "test");
    var draw = new Draw(sampling, LOGITS.length);
    for (int i = 0; i < draws; i++) share[draw.next(LOGITS, 0, null, random.uniform(i))] += 1.0 / draws;
    for (int i = 0; i < share.length; i++) if (share[i] > 1 - 1e-9) share[i] = 1;
    return share;
  }
}
