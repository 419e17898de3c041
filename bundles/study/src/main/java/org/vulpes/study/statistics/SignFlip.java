package org.vulpes.study.statistics;

import java.util.Arrays;

/**
 * The exact sign-flip test that differences are symmetric around 0: of all 2^n ways to sign them, how many have a sum as far from 0 as
 * the observed one. It assumes no normal distribution, and with n pairs no p below 2 / 2^n exists.
 *
 * @param n differences, zeros included
 * @param nonZero differences other than 0
 * @param countTwoSided sign patterns, out of 2^n, with |sum| at least the observed
 * @param countGreater patterns with a sum at least the observed
 * @param countLess patterns with a sum at most the observed
 * @param gapToTie distance from |observed| to the nearest other |sum| that does not count as a tie; NaN when there is none
 */
public record SignFlip(int n, int nonZero, long countTwoSided, long countGreater, long countLess, double gapToTie) {
  /** Above this many differences other than 0 the enumeration takes more than a moment and some dozen megabytes. */
  public static final int LARGEST = 40;
  /** Sums nearer than this share of the largest difference are ties: decimal ties differ by rounding in binary. */
  private static final double TIE = 1e-9;

  /** Throws IllegalArgumentException for more than {@link #LARGEST} differences other than 0 or more than 62 in all. */
  public static SignFlip of(double[] differences) {
    int n = differences.length;
    double[] d = Arrays.stream(differences).filter(x -> x != 0).toArray();
    if (d.length > LARGEST || n > 62) {
      throw new IllegalArgumentException("The exact sign-flip test enumerates at most " + LARGEST + " differences, not " + n + ".");
    }
    // All sums of one half of the differences plus all sums of the other: 2^(n/2) sorted values each, counted with two pointers.
    double[] first = sums(d, 0, d.length / 2);
    double[] second = sums(d, d.length / 2, d.length);
    double largest = Arrays.stream(d).map(Math::abs).max().orElse(0);
    double observed = Arrays.stream(d).sum();
    double tie = TIE * largest;
    double far = Math.abs(observed) - tie;
    int zeros = n - d.length;
    long patterns = 1L << d.length;
    // The set of sums is symmetric around 0, so what lies below -x is as many as lies above x.
    long twoSided = far <= 0 ? patterns : 2 * atLeast(first, second, far);
    return new SignFlip(n, d.length, twoSided << zeros, atLeast(first, second, observed - tie) << zeros,
        atLeast(first, second, -(observed + tie)) << zeros, gap(first, second, Math.abs(observed), tie));
  }

  public double patterns() {
    return Math.scalb(1.0, n);
  }

  /** Two-sided p. */
  public double p() {
    return Math.scalb((double) countTwoSided, -n);
  }

  public double pGreater() {
    return Math.scalb((double) countGreater, -n);
  }

  public double pLess() {
    return Math.scalb((double) countLess, -n);
  }

  /** The smallest two-sided p that these many differences can give. */
  public double smallestP() {
    return Math.min(1, Math.scalb(2.0, -nonZero));
  }

  /** How many pairs a two-sided p of {@code alpha} needs at least. */
  public static int pairsNeeded(double alpha) {
    int n = 1;
    while (Math.scalb(2.0, -n) > alpha && n < 1074) {
      n++;
    }
    return n;
  }

  private static double[] sums(double[] d, int from, int to) {
    double[] sums = new double[1 << (to - from)];
    int count = 1;
    for (int i = from; i < to; i++) {
      for (int j = 0; j < count; j++) {
        sums[count + j] = sums[j] - d[i];
        sums[j] += d[i];
      }
      count *= 2;
    }
    Arrays.sort(sums);
    return sums;
  }

  private static long atLeast(double[] first, double[] second, double threshold) {
    long count = 0;
    int j = second.length;
    for (double a : first) {
      while (j > 0 && a + second[j - 1] >= threshold) {
        j--;
      }
      count += second.length - j;
    }
    return count;
  }

  private static double gap(double[] first, double[] second, double observed, double tie) {
    double above = Double.POSITIVE_INFINITY;
    double below = Double.NEGATIVE_INFINITY;
    int next = second.length;
    int last = second.length - 1;
    for (double a : first) {
      while (next > 0 && a + second[next - 1] - observed > tie) {
        next--;
      }
      if (next < second.length) {
        above = Math.min(above, a + second[next]);
      }
      while (last >= 0 && observed - (a + second[last]) <= tie) {
        last--;
      }
      if (last >= 0) {
        below = Math.max(below, a + second[last]);
      }
    }
    double gap = Math.min(above - observed, below >= 0 ? observed - below : Double.POSITIVE_INFINITY);
    return Double.isInfinite(gap) ? Double.NaN : gap;
  }
}
