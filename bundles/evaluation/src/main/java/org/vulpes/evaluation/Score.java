package org.vulpes.evaluation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A mean over items.
 *
 * @param standardError of it as an estimate for items like these: over items, or over clusters where items share something; NaN for one cluster
 * @param clusters different ones among the items
 */
public record Score(double mean, double standardError, int items, int clusters) {

  /**
   * The plain mean, with the standard error of a mean of independent clusters: sqrt(C/(C−1) Σ_c (Σ_i∈c (x_i − m))²) / n. With one item in each
   * cluster it is the sample deviation over √n, as in the harness.
   */
  public static Score of(List<Double> values, List<String> clusters) {
    int n = values.size();
    double mean = values.stream().mapToDouble(x -> x).sum() / n;
    Map<String, Double> rests = new HashMap<>();
    for (int i = 0; i < n; i++) rests.merge(clusters.get(i), values.get(i) - mean, Double::sum);
    int c = rests.size();
    double squares = rests.values().stream().mapToDouble(r -> r * r).sum();
    return new Score(mean, c < 2 ? Double.NaN : Math.sqrt(squares * c / (c - 1)) / n, n, c);
  }

  /**
   * A ratio of sums over items, Σ a / Σ b, with the same kind of error (of the linearised ratio).
   */
  public static Score ratio(List<Double> above, List<Double> below, List<String> clusters) {
    int n = above.size();
    double b = below.stream().mapToDouble(x -> x).sum();
    double ratio = above.stream().mapToDouble(x -> x).sum() / b;
    Map<String, Double> rests = new HashMap<>();
    for (int i = 0; i < n; i++) rests.merge(clusters.get(i), above.get(i) - ratio * below.get(i), Double::sum);
    int c = rests.size();
    double squares = rests.values().stream().mapToDouble(r -> r * r).sum();
    return new Score(ratio, c < 2 ? Double.NaN : Math.sqrt(squares * c / (c - 1)) / b, n, c);
  }

  /** Unbiased pass@k of n samples of which c are right (Chen et al. 2021): 1 − C(n−c, k) / C(n, k). */
  public static double passAt(int k, int n, int c) {
    if (n - c < k) return 1;
    double miss = 1;
    for (int i = n - c + 1; i <= n; i++) miss *= 1 - (double) k / i;
    return 1 - miss;
  }
}
