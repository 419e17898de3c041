package org.vulpes.report;

/** One panel: its frame with grid, ticks and labels, and the mapping of numbers onto it. */
final class Axes {
  final Scale x;
  final Scale y;
  private final Svg svg;
  private final double left;
  private final double top;
  private final double width;
  private final double height;

  Axes(Svg svg, double left, double top, double width, double height, double xLow, double xHigh, double yLow, double yHigh) {
    this.svg = svg;
    this.left = left;
    this.top = top;
    this.width = width;
    this.height = height;
    x = new Scale(xLow, xHigh, left, left + width);
    y = new Scale(yLow, yHigh, top + height, top);
  }

  /** Draws everything that lies below the data. @param title of the panel, above it with the unit of y */
  Axes frame(String title, String xLabel, boolean yTicks) {
    svg.text("strong", "start", left, top - 10, Svg.fitted(title, width));
    double xStep = x.step((int) Math.max(2, width / 75));
    for (double t : x.ticks((int) Math.max(2, width / 75))) {
      svg.line("grid", x.at(t), top, x.at(t), top + height);
      svg.line("axis", x.at(t), top + height, x.at(t), top + height + 4);
      svg.text("small", "middle", x.at(t), top + height + 17, Scale.label(t, xStep));
    }
    if (yTicks) {
      double yStep = y.step((int) Math.max(2, height / 36));
      for (double t : y.ticks((int) Math.max(2, height / 36))) {
        svg.line("grid", left, y.at(t), left + width, y.at(t));
        svg.text("small", "end", left - 6, y.at(t) + 4, Scale.label(t, yStep));
      }
      svg.line("axis", left, top, left, top + height);
    }
    svg.line("axis", left, top + height, left + width, top + height);
    svg.text("small", "middle", left + width / 2, top + height + 34, xLabel);
    return this;
  }
}
