package org.vulpes.report;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A curve of one arm: mean over seeds with the lowest and the highest, point by point.
 *
 * @param tokens where each point stands, rising
 * @param flops the same by compute; NaN where it is not known
 * @param seconds the same by the trials' clocks, mean over seeds; NaN where it is not known
 * @param ended whether it is one trial that diverged or failed
 */
record Series(String arm, Look look, double[] tokens, double[] flops, double[] seconds, double[] mean, double[] low, double[] high, boolean ended) {

  /** What stands on the horizontal axis. */
  enum By {
    TOKENS("tokens"),
    FLOPS("FLOPs"),
    SECONDS("seconds");

    final String words;

    By(String words) {
      this.words = words;
    }
  }

  double[] x(By by) {
    return switch (by) {
      case TOKENS -> tokens;
      case FLOPS -> flops;
      case SECONDS -> seconds;
    };
  }

  /** Points whose place on an axis is known and not below {@code from}. */
  Series since(By by, double from) {
    double[] x = x(by);
    return points(i -> x[i] >= from);
  }

  private Series points(IntPredicate kept) {
    int[] at = IntStream.range(0, mean.length).filter(kept).toArray();
    return new Series(arm, look, pick(tokens, at), pick(flops, at), pick(seconds, at), pick(mean, at), pick(low, at), pick(high, at), ended);
  }

  private static double[] pick(double[] from, int[] at) {
    return Arrays.stream(at).mapToDouble(i -> from[i]).toArray();
  }

  boolean isEmpty() {
    return mean.length == 0;
  }

  boolean hasBand() {
    return mean.length > 1 && !Arrays.equals(low, high);
  }
}
