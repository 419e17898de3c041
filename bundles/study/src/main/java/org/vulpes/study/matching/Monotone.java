package org.vulpes.study.matching;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * A quantity that grows with a whole number and does not exist at some (illegal dimensions), asked for as seldom as possible: an answer may
 * take a second, as a whole training step is recorded for it.
 */
record Monotone(IntFunction<OptionalDouble> at) {

  /** The least legal number from {@code from} on. */
  OptionalInt next(int from, int to) {
    for (int i = from; i <= to; i++) if (at.apply(i).isPresent()) return OptionalInt.of(i);
    return OptionalInt.empty();
  }

  /** The greatest legal number up to {@code to}. */
  OptionalInt previous(int from, int to) {
    for (int i = to; i >= from; i--) if (at.apply(i).isPresent()) return OptionalInt.of(i);
    return OptionalInt.empty();
  }

  /**
   * The least legal number from {@code from} to {@code to} at which the quantity is at least {@code target}; empty when it is nowhere.
   *
   * <p>The next place to ask is where a straight line between the ends meets the target: sizes and FLOPs are straight in the inner width and
   * the number of blocks, so that the first guess or its neighbour is right. Every other step halves, whatever the quantity does.
   */
  OptionalInt reach(int from, int to, double target) {
    OptionalInt first = next(from, to);
    if (first.isEmpty()) return first;
    int low = first.getAsInt();
    double atLow = value(low);
    if (atLow >= target) return first;
    int high = previous(low, to).getAsInt();
    double atHigh = value(high);
    if (atHigh < target) return OptionalInt.empty();
    // Below the target at low, not at high; both are legal.
    boolean straight = true;
    while (high - low > 1) {
      double share = straight ? (target - atLow) / (atHigh - atLow) : 0.5;
      int guess = (int) Math.clamp(low + Math.round(share * (high - low)), low + 1L, high - 1L);
      OptionalInt legal = next(guess, high - 1);
      if (legal.isEmpty()) legal = previous(low + 1, guess);
      if (legal.isEmpty()) break;
      int middle = legal.getAsInt();
      double v = value(middle);
      boolean below = v < target;
      // The neighbour of a good guess is mostly the other end.
      int neighbour = below ? middle + 1 : middle - 1;
      if (straight && neighbour > low && neighbour < high && at.apply(neighbour).isPresent() && value(neighbour) < target != below) {
        return OptionalInt.of(below ? neighbour : middle);
      }
      if (below) {
        low = middle;
        atLow = v;
      } else {
        high = middle;
        atHigh = v;
      }
      straight = !straight;
    }
    return OptionalInt.of(high);
  }

  double value(int i) {
    return at.apply(i).getAsDouble();
  }
}
