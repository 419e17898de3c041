package org.vulpes.study.statistics;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/**
 * Wilcoxon's signed-rank test with exact p-values also under ties: zeros are dropped, tied sizes get their middle rank, and the null
 * distribution is counted over all signs of those ranks.
 *
 * @param nonZero differences that are ranked with a sign
 * @param rankSumPositive V, the sum of the ranks of positive differences
 * @param rankSumNegative the sum of the ranks of negative differences
 * @param p two-sided exact p; 1 when no difference is left
 * @param pNormal two-sided p of the normal approximation with its variance corrected for ties; NaN when no difference is left
 * @param pNormalCorrected the same with continuity correction
 */
public record Wilcoxon(int nonZero, double rankSumPositive, double rankSumNegative, double p, double pGreater, double pLess,
    double pNormal, double pNormalCorrected) {

  /** An interval for the median difference; with few pairs the level asked for may not exist. */
  public record MedianInterval(Interval interval, double achievedLevel) {}

  /** Zeros dropped before ranking, as in Wilcoxon (1945). */
  public static Wilcoxon of(double[] differences) {
    return test(Arrays.stream(differences).filter(d -> d != 0).toArray());
  }

  /** Zeros ranked first and dropped after, as in Pratt (1959). */
  public static Wilcoxon pratt(double[] differences) {
    return test(differences);
  }

  private static Wilcoxon test(double[] d) {
    int[] doubled = doubledRanks(d);
    int positive = 0;
    int negative = 0;
    double squares = 0;
    int count = 0;
    int[] signed = new int[d.length];
    for (int i = 0; i < d.length; i++) {
      if (d[i] != 0) {
        signed[count++] = doubled[i];
        positive += d[i] > 0 ? doubled[i] : 0;
        negative += d[i] < 0 ? doubled[i] : 0;
        squares += 0.25 * doubled[i] * doubled[i];
      }
    }
    if (count == 0) {
      return new Wilcoxon(0, 0, 0, 1, 1, 1, Double.NaN, Double.NaN);
    }
    double[] probability = distribution(Arrays.copyOf(signed, count));
    double greater = sum(probability, positive, probability.length);
    double less = sum(probability, 0, positive + 1);
    // V has mean sum(r) / 2 and variance sum(r^2) / 4.
    double deviation = 0.5 * positive - 0.25 * (positive + negative);
    double sd = 0.5 * StrictMath.sqrt(squares);
    return new Wilcoxon(count, 0.5 * positive, 0.5 * negative, Math.min(1, 2 * Math.min(greater, less)), greater, less,
        twoSided(deviation / sd), twoSided((deviation - 0.5 * Math.signum(deviation)) / sd));
  }

  /** The smallest two-sided p that these many differences can give. */
  public double smallestP() {
    return Math.min(1, Math.scalb(2.0, -nonZero));
  }

  /** Hodges and Lehmann's estimate: the median of all means of two differences, each with itself too. */
  public static double hodgesLehmann(double[] differences) {
    double[] walsh = walshAverages(differences);
    int half = walsh.length / 2;
    return walsh.length == 0 ? Double.NaN : walsh.length % 2 == 1 ? walsh[half] : 0.5 * (walsh[half - 1] + walsh[half]);
  }

  /** Exact interval for the median of differences without zeros and ties, by inverting the test. */
  public static MedianInterval medianInterval(double[] differences, double level) {
    int n = differences.length;
    if (n == 0) {
      return new MedianInterval(Interval.UNDEFINED, Double.NaN);
    }
    int[] ranks = new int[n];
    Arrays.setAll(ranks, i -> 2 * (i + 1));
    double[] probability = distribution(ranks);
    double alpha = 1 - level;
    int quantile = 0;
    double below = 0;
    double through = probability[0];
    while (through < 0.5 * alpha - 10 * 0x1p-52) {
      quantile++;
      below = through;
      through += probability[2 * quantile];
    }
    if (quantile == 0) {
      quantile = 1;
      below = probability[0];
    }
    double[] walsh = walshAverages(differences);
    double achieved = 2 * below;
    // R's convention: the level asked for is reported unless what is reached misses alpha by more than half of it.
    double reached = achieved - alpha > 0.5 * alpha ? 1 - new BigDecimal(achieved).round(new MathContext(2)).doubleValue() : level;
    return new MedianInterval(new Interval(walsh[quantile - 1], walsh[walsh.length - quantile]), reached);
  }

  private static double twoSided(double z) {
    return Math.min(1, 2 * Normal.STANDARD.upper(Math.abs(z)));
  }

  /** Twice the middle ranks of |d|, which are whole numbers. */
  private static int[] doubledRanks(double[] d) {
    double[] sorted = Arrays.stream(d).map(Math::abs).sorted().toArray();
    int[] ranks = new int[d.length];
    for (int i = 0; i < d.length; i++) {
      int below = 0;
      int through = 0;
      for (double size : sorted) {
        below += size < Math.abs(d[i]) ? 1 : 0;
        through += size <= Math.abs(d[i]) ? 1 : 0;
      }
      ranks[i] = below + through + 1;
    }
    return ranks;
  }

  /** Probability of each sum of the ranks that get a plus, every sign a fair coin. */
  private static double[] distribution(int[] ranks) {
    double[] probability = new double[Arrays.stream(ranks).sum() + 1];
    probability[0] = 1;
    int reached = 0;
    for (int rank : ranks) {
      reached += rank;
      for (int v = reached; v >= 0; v--) {
        probability[v] = 0.5 * (probability[v] + (v >= rank ? probability[v - rank] : 0));
      }
    }
    return probability;
  }

  private static double sum(double[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum;
  }

  private static double[] walshAverages(double[] d) {
    double[] walsh = new double[d.length * (d.length + 1) / 2];
    int count = 0;
    for (int i = 0; i < d.length; i++) {
      for (int j = i; j < d.length; j++) {
        walsh[count++] = 0.5 * (d[i] + d[j]);
      }
    }
    Arrays.sort(walsh);
    return walsh;
  }
}
