package org.vulpes.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Curves of all arms in one drawing: a line with marks for each, a band over its seeds, and a cross where a trial diverged. */
final class CurveChart {
  static final int WIDTH = 440;
  private static final int HEIGHT = 300;
  private static final int LEGEND_ROW = 24;
  /** Of all the points of a curve, about so many carry a mark. */
  private static final int MARKS = 6;

  private final String quantity;
  private final List<Series> series;

  /** @param quantity on the vertical axis, with its unit */
  CurveChart(String quantity, List<Series> series) {
    this.quantity = quantity;
    this.series = series;
  }

  /**
   * The whole run, and beside it its second half on a scale of its own, where arms part by less than they learnt at first. Empty when nothing is
   * known about this axis.
   */
  List<Drawing> draw(String name, Series.By by, String description) {
    double most = series.stream().flatMapToDouble(s -> DoubleStream.of(s.x(by))).filter(Double::isFinite).max().orElse(0);
    if (!(most > 0)) return List.of();
    var out = new ArrayList<Drawing>();
    out.add(plot(quantity, series.stream().map(s -> s.since(by, 0)).filter(s -> !s.isEmpty()).toList(), by, most).draw(name, quantity + " over " + by.words, description));
    var half = series.stream().map(s -> s.since(by, most / 2)).filter(s -> !s.isEmpty()).toList();
    if (half.stream().anyMatch(s -> s.mean().length > 1)) {
      out.add(plot(quantity + ", second half", half, by, most).draw(name + "-second-half", quantity + " over " + by.words + ", second half", description));
    }
    return out;
  }

  private static Plot plot(String title, List<Series> series, Series.By by, double most) {
    var unit = by == Series.By.SECONDS ? Unit.ofSeconds(most) : Unit.of(by.words, most);
    Map<String, Look> looks = new LinkedHashMap<>();
    series.stream().filter(s -> !s.ended()).sorted(Comparator.comparingInt(s -> s.look().index())).forEach(s -> looks.put(s.arm(), s.look()));
    Map<String, String> labels = Labels.of(looks.keySet());
    int columns = Labels.columns(labels.values(), WIDTH);
    var plot = new Plot(title, WIDTH, HEIGHT + LEGEND_ROW * Math.ceilDiv(looks.size(), columns));
    // The more bands lie over each other, the fainter each.
    double alpha = Math.min(0.16, 0.6 / Math.max(1, looks.size()));
    for (Series s : series) if (s.hasBand() && !s.ended()) band(plot, s, unit.of(s.x(by)), alpha);
    for (Series s : series) if (s.ended()) ended(plot, s, unit.of(s.x(by)));
    lines(plot, series, by, unit, labels);
    plot.axis("x", unit.words()).axis("y", "");
    if (!looks.isEmpty()) Labels.legend(plot, looks, labels, columns);
    return plot;
  }

  private static void band(Plot plot, Series s, double[] x, double alpha) {
    plot.layer("ribbon", "x", x, "y", s.mean(), "ymin", s.low(), "ymax", s.high(), "fill", s.look().colour(), "alpha", alpha, "size", 0.0, "show_legend", false);
  }

  private static void ended(Plot plot, Series s, double[] x) {
    int last = x.length - 1;
    if (last > 0) plot.layer("line", "x", x, "y", s.mean(), "color", s.look().colour(), "size", 0.6, "alpha", 0.7, "show_legend", false);
    plot.layer("point", "x", new double[] {x[last]}, "y", new double[] {s.mean()[last]}, "color", s.look().colour(), "shape", 4, "size", 5.0, "show_legend", false);
  }

  static void lines(Plot plot, List<Series> series, Series.By by, Unit unit, Map<String, String> labels) {
    var x = new ArrayList<Double>();
    var y = new ArrayList<Double>();
    var arm = new ArrayList<String>();
    var markX = new ArrayList<Double>();
    var markY = new ArrayList<Double>();
    var markArm = new ArrayList<String>();
    for (Series s : series) {
      if (s.ended()) continue;
      double[] at = unit.of(s.x(by));
      int every = Math.max(1, at.length / MARKS);
      // At other places for each arm, so that curves that lie on each other still show both.
      int first = at.length == 1 ? 0 : Math.min(at.length - 1, s.look().index() * every / 5 % every);
      for (int i = 0; i < at.length; i++) {
        x.add(at[i]);
        y.add(s.mean()[i]);
        arm.add(labels.get(s.arm()));
        if (i % every != first) continue;
        markX.add(at[i]);
        markY.add(s.mean()[i]);
        markArm.add(labels.get(s.arm()));
      }
    }
    if (x.isEmpty()) return;
    plot.layer("line", "x", x, "y", y, "color", arm, "linetype", arm, "size", 0.9);
    plot.layer("point", "x", markX, "y", markY, "color", markArm, "shape", markArm, "size", 2.6);
  }
}
