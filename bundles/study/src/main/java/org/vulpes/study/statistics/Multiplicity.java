package org.vulpes.study.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Adjusts the p-values of a family of tests. The first three and Hommel's hold the chance of any false alarm at alpha, Benjamini's two the
 * expected share of false alarms among the alarms. A missing p is NaN and stays NaN.
 */
public enum Multiplicity {
  BONFERRONI, HOLM, HOCHBERG, BENJAMINI_HOCHBERG, BENJAMINI_YEKUTIELI, HOMMEL;

  /** Adjusted values in the order given; the family is the p-values that are not missing. */
  public double[] adjust(double[] p) {
    return adjust(p, (int) Arrays.stream(p).filter(x -> !Double.isNaN(x)).count());
  }

  /** Adjusted for a family declared beforehand: missing ones and those beyond the array count as tests that found nothing. */
  public double[] adjust(double[] p, int family) {
    int[] order = IntStream.range(0, p.length).filter(i -> !Double.isNaN(p[i])).boxed()
        .sorted(Comparator.comparingDouble(i -> p[i])).mapToInt(i -> i).toArray();
    if (family < order.length) {
      throw new IllegalArgumentException("A family of " + family + " tests cannot hold " + order.length + " p-values.");
    }
    double[] sorted = new double[order.length];
    Arrays.setAll(sorted, i -> p[order[i]]);
    double[] values = family <= 1 ? sorted : switch (this) {
      case BONFERRONI -> Arrays.stream(sorted).map(x -> Math.min(1, family * x)).toArray();
      case HOLM -> stepDown(sorted, family);
      case HOCHBERG -> stepUp(sorted, rank -> family + 1 - rank);
      case BENJAMINI_HOCHBERG -> stepUp(sorted, rank -> (double) family / rank);
      case BENJAMINI_YEKUTIELI -> {
        double harmonic = IntStream.rangeClosed(1, family).mapToDouble(i -> 1.0 / i).sum();
        yield stepUp(sorted, rank -> harmonic * family / rank);
      }
      case HOMMEL -> hommel(sorted, family);
    };
    double[] adjusted = new double[p.length];
    Arrays.fill(adjusted, Double.NaN);
    for (int i = 0; i < order.length; i++) {
      adjusted[order[i]] = values[i];
    }
    return adjusted;
  }

  private interface Factor {
    double at(int rank);
  }

  private static double[] stepDown(double[] sorted, int family) {
    double[] q = new double[sorted.length];
    double largest = 0;
    for (int i = 0; i < q.length; i++) {
      largest = Math.max(largest, (family - i) * sorted[i]);
      q[i] = Math.min(1, largest);
    }
    return q;
  }

  private static double[] stepUp(double[] sorted, Factor factor) {
    double[] q = new double[sorted.length];
    double smallest = 1;
    for (int i = q.length - 1; i >= 0; i--) {
      smallest = Math.min(smallest, factor.at(i + 1) * sorted[i]);
      q[i] = smallest;
    }
    return q;
  }

  /** Hommel (1988) in the form of Wright (1992): for every subset size, Simes' bound for the small and the large p-values. */
  private static double[] hommel(double[] sorted, int n) {
    double[] p = Arrays.copyOf(sorted, n);
    Arrays.fill(p, sorted.length, n, 1);
    double simes = IntStream.range(0, n).mapToDouble(i -> n * p[i] / (i + 1)).min().orElse(1);
    double[] adjusted = new double[n];
    Arrays.fill(adjusted, simes);
    for (int size = n - 1; size >= 2; size--) {
      int head = n - size + 1;
      double bound = Double.POSITIVE_INFINITY;
      for (int i = head; i < n; i++) {
        bound = Math.min(bound, size * p[i] / (i - head + 2));
      }
      for (int i = 0; i < n; i++) {
        double q = Math.min(size * p[Math.min(i, head - 1)], bound);
        adjusted[i] = Math.max(adjusted[i], q);
      }
    }
    for (int i = 0; i < n; i++) {
      adjusted[i] = Math.max(adjusted[i], p[i]);
    }
    return Arrays.copyOf(adjusted, sorted.length);
  }
}
