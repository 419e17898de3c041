package org.vulpes.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class Random64Test {
  private static final int N = 100_000;

  @Test
  void purposesAndSeedsGiveOtherNumbers() {
    long a = Random64.of(1, "initial", "w").bits(0);
    assertEquals(a, Random64.of(1, "initial", "w").bits(0));
    assertNotEquals(a, Random64.of(2, "initial", "w").bits(0));
    assertNotEquals(a, Random64.of(1, "initialw").bits(0));
    assertNotEquals(a, Random64.of(1, "initial", "w").bits(1));
  }

  @Test
  void normalsHaveTheMomentsOfTheNormalDistribution() {
    var r = Random64.of(7, "test");
    double sum = 0, square = 0, fourth = 0;
    for (int i = 0; i < N; i++) {
      double x = r.normal(i);
      sum += x;
      square += x * x;
      fourth += x * x * x * x;
    }
    // Five standard errors: of the mean 1/sqrt(N), of the square sqrt(2/N), of the fourth power sqrt(96/N).
    assertEquals(0, sum / N, 5 / Math.sqrt(N));
    assertEquals(1, square / N, 5 * Math.sqrt(2.0 / N));
    assertEquals(3, fourth / N, 5 * Math.sqrt(96.0 / N));
  }

  @Test
  void bitsAreFairAtEveryPlace() {
    var r = Random64.of(3, "bits");
    int[] ones = new int[64];
    for (int i = 0; i < N; i++) {
      long b = r.bits(i);
      for (int k = 0; k < 64; k++) ones[k] += (int) (b >>> k & 1);
    }
    for (int n : ones) assertEquals(0.5, n / (double) N, 5 * 0.5 / Math.sqrt(N));
  }

  @Property(tries = 500)
  void belowStaysBelow(@ForAll long seed, @ForAll long counter, @ForAll @LongRange(min = 1) long bound) {
    long v = Random64.of(seed, "p").below(counter, bound);
    assertTrue(v >= 0 && v < bound);
    double u = Random64.of(seed, "p").uniform(counter);
    assertTrue(u >= 0 && u < 1);
  }
}
