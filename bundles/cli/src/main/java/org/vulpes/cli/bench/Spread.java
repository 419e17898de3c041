package org.vulpes.cli.bench;

import java.util.List;

/** Median and extremes over rounds. */
public record Spread(double median, double least, double most) {

  /** @param values at least one */
  public static Spread of(List<Double> values) {
    double[] v = values.stream().mapToDouble(x -> x).sorted().toArray();
    double median = v.length % 2 == 1 ? v[v.length / 2] : (v[v.length / 2 - 1] + v[v.length / 2]) / 2;
    return new Spread(median, v[0], v[v.length - 1]);
  }
}
