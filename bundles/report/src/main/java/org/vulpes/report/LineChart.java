package org.vulpes.report;

import java.util.ArrayList;
import java.util.List;

/** Curves over tokens in panels side by side, each with a band, under one legend. */
final class LineChart {
  static final double WIDTH = 900;
  private static final double LEFT = 58;
  private static final double GAP = 62;
  private static final double RIGHT = 16;
  private static final double HEIGHT = 250;

  private LineChart() {}

  /**
   * One curve; {@code low} and {@code high} are its band and may be the curve itself.
   *
   * @param stepwise a value holds until the next point
   * @param ended a single trial that was lost: thin, with a cross where it ended, and not in the legend
   */
  record Series(String name, Look look, double[] x, double[] y, double[] low, double[] high, boolean stepwise, boolean ended) {

    Series from(double start) {
      int first = 0;
      while (first < x.length && x[first] < start) first++;
      int f = first;
      return new Series(name, look, cut(x, f), cut(y, f), cut(low, f), cut(high, f), stepwise, ended);
    }

    private static double[] cut(double[] a, int from) {
      return java.util.Arrays.copyOfRange(a, from, a.length);
    }
  }

  /** @param xLow the panel starts here; curves are cut @param fromZero whether the y axis begins at 0 */
  record Panel(String title, double xLow, double xHigh, boolean fromZero, List<Series> series) {
    Panel {
      series = series.stream().map(s -> s.from(xLow)).filter(s -> s.x().length > 0).toList();
    }
  }

  static String draw(String title, String description, String xLabel, List<Panel> panels) {
    var svg = new Svg(title, description);
    double top = row(svg, xLabel, panels, 0);
    return svg.finish(WIDTH, top);
  }

  /** Draws a row of panels under their legend. @return where the next row can start */
  static double row(Svg svg, String xLabel, List<Panel> panels, double y) {
    var names = new ArrayList<String>();
    var looks = new ArrayList<Look>();
    for (Panel p : panels) {
      for (Series s : p.series()) {
        if (s.ended() || names.contains(s.name())) continue;
        names.add(s.name());
        looks.add(s.look());
      }
    }
    double top = legend(svg, names, looks, y + 10) + 30;
    double width = (WIDTH - LEFT - RIGHT - GAP * (panels.size() - 1)) / panels.size();
    double height = panels.size() > 2 ? HEIGHT * 0.7 : HEIGHT;
    for (int i = 0; i < panels.size(); i++) panel(svg, panels.get(i), xLabel, LEFT + i * (width + GAP), top, width, height);
    return top + height + 48;
  }

  private static double legend(Svg svg, List<String> names, List<Look> looks, double top) {
    double x = LEFT;
    double y = top;
    for (int i = 0; i < names.size(); i++) {
      String name = Svg.fitted(names.get(i), WIDTH - LEFT - RIGHT - 50);
      double w = 40 + Svg.width(name) + 18;
      if (x > LEFT && x + w > WIDTH - RIGHT) {
        x = LEFT;
        y += 20;
      }
      looks.get(i).sample(svg, x, y + 6, 34);
      svg.text("", "start", x + 40, y + 10, name);
      x += w;
    }
    return y + 14;
  }

  private static void panel(Svg svg, Panel panel, String xLabel, double left, double top, double width, double height) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Series s : panel.series()) {
      for (int i = 0; i < s.x().length; i++) {
        low = Math.min(low, s.low()[i]);
        high = Math.max(high, s.high()[i]);
      }
    }
    if (low > high) {
      low = 0;
      high = 1;
    }
    double margin = high > low ? (high - low) * 0.05 : Math.max(Math.abs(high) * 0.05, 1e-9);
    var axes = new Axes(svg, left, top, width, height, panel.xLow(), panel.xHigh(), panel.fromZero() ? 0 : low - margin, high + margin).frame(panel.title(), xLabel, true);
    for (Series s : panel.series()) if (!s.ended()) band(svg, axes, s);
    for (Series s : panel.series()) curve(svg, axes, s);
  }

  private static void band(Svg svg, Axes a, Series s) {
    if (s.x().length < 2 || s.stepwise() || java.util.Arrays.equals(s.low(), s.high())) return;
    var path = new StringBuilder();
    for (int i = 0; i < s.x().length; i++) path.append(i == 0 ? "M" : "L").append(point(a, s.x()[i], s.high()[i]));
    for (int i = s.x().length - 1; i >= 0; i--) path.append('L').append(point(a, s.x()[i], s.low()[i]));
    svg.path("spread " + s.look().fill(), "", path.append('z').toString());
  }

  private static void curve(Svg svg, Axes a, Series s) {
    int n = s.x().length;
    var path = new StringBuilder("M").append(point(a, s.x()[0], s.y()[0]));
    for (int i = 1; i < n; i++) {
      if (s.stepwise()) path.append('H').append(Svg.n(a.x.at(s.x()[i])));
      path.append('L').append(point(a, s.x()[i], s.y()[i]));
    }
    if (n > 1) svg.path((s.ended() ? "faint " : "line ") + s.look().stroke(), s.look().dash(), path.toString());
    if (s.ended()) {
      svg.path("line " + s.look().stroke(), "", Look.cross(a.x.at(s.x()[n - 1]), a.y.at(s.y()[n - 1]), 4));
      return;
    }
    // Few marks, at other places for each arm, so that curves that lie on each other still show both.
    int every = Math.max(1, n / 6);
    for (int i = n == 1 ? 0 : Math.min(n - 1, s.look().index() % every + every / 3); i < n; i += every) {
      s.look().mark(svg, a.x.at(s.x()[i]), a.y.at(s.y()[i]), 3.5, true);
    }
  }

  private static String point(Axes a, double x, double y) {
    return Svg.n(a.x.at(x)) + " " + Svg.n(a.y.at(y));
  }
}
