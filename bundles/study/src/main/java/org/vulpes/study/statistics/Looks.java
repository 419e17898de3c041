package org.vulpes.study.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * When a study is judged: after which numbers of seeds, and how alpha is spent over those looks. Safe for many threads; keeps the boundaries it
 * has worked out, so use one for many studies of the same design.
 */
public final class Looks {
  private final int[] seeds;
  private final Spending spending;
  private final PairChain chain = new PairChain();
  private final Map<List<Integer>, SequentialT> tests = new ConcurrentHashMap<>();

  /** @param seeds at each look, rising; the last is all of them */
  public Looks(List<Integer> seeds, Spending spending) {
    this.seeds = seeds.stream().mapToInt(Integer::intValue).toArray();
    this.spending = spending;
    for (int k = 0; k < this.seeds.length; k++) {
      if (this.seeds[k] <= (k == 0 ? 0 : this.seeds[k - 1])) {
        throw new IllegalArgumentException("Looks must rise from at least one seed, not " + seeds + ".");
      }
    }
    if (seeds.isEmpty()) {
      throw new IllegalArgumentException("A study needs at least one look.");
    }
  }

  /** One look, when all seeds are there: nothing is spent before. */
  public static Looks once(int seeds) {
    return new Looks(List.of(Math.max(1, seeds)), Spending.OBRIEN_FLEMING);
  }

  public int count() {
    return seeds.length;
  }

  /** Seeds at look k = 0, 1, … */
  public int seeds(int look) {
    return seeds[look];
  }

  /** Seeds at the last look. */
  public int allSeeds() {
    return seeds[seeds.length - 1];
  }

  /** The last look for which so many seeds are enough; -1 when there is none. */
  public int reached(int seedsThere) {
    return (int) Arrays.stream(seeds).filter(n -> n <= seedsThere).count() - 1;
  }

  /**
   * The level at which a two-sided test at {@code alpha} is made at the last look if no pair is lost: a little less than alpha where there were
   * looks before. A study has at least the power of one test at this level.
   */
  public double lastLevel(double alpha) {
    int[] usable = IntStream.range(0, seeds.length).filter(k -> seeds[k] >= 2).toArray();
    if (usable.length == 0) {
      return Double.NaN;
    }
    double[] levels = test(usable, IntStream.of(usable).map(k -> seeds[k]).toArray()).boundaries(0.5 * alpha);
    return 2 * levels[levels.length - 1];
  }

  /** @param looks those at which a test can be made @param pairs that are there at each of them, rising */
  SequentialT test(int[] looks, int[] pairs) {
    var key = IntStream.concat(IntStream.of(looks), IntStream.of(pairs)).boxed().toList();
    return tests.computeIfAbsent(key, x -> new SequentialT(pairs, IntStream.of(looks).mapToDouble(k -> (double) seeds[k] / allSeeds()).toArray(), spending, chain));
  }
}
