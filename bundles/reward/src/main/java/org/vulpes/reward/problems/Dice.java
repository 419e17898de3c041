package org.vulpes.reward.problems;

import java.util.List;
import org.vulpes.slot.Random64;

/** A row of draws from one key. */
final class Dice {
  private final Random64 random;
  private long counter;

  Dice(Random64 random) {
    this.random = random;
  }

  /** From {@code least} to {@code most}, both included. */
  int from(int least, int most) {
    return least + (int) random.below(counter++, (long) most - least + 1);
  }

  /** A number of exactly so many digits, 1 to 9; of one digit also 0. */
  int digits(int count) {
    int least = count == 1 ? 0 : (int) Math.pow(10, count - 1);
    return from(least, (int) Math.pow(10, count) - 1);
  }

  <T> T one(List<T> of) {
    return of.get(from(0, of.size() - 1));
  }
}
