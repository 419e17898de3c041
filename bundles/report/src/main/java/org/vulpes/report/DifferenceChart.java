package org.vulpes.report;

import java.util.List;
import org.vulpes.study.StudyResult;
import org.vulpes.study.statistics.Verdict;

/** Every paired difference as a dot, their mean with its interval, and the band of differences that do not matter; one row for each arm. */
final class DifferenceChart {
  private static final int WIDE = 880;
  private static final int NARROW = 400;
  private static final int ROW = 70;
  private static final int AROUND = 96;
  private static final double LETTER = 6.6;

  private final StudyResult result;
  private final Tally tally;
  private final double delta;
  private final double reach;

  DifferenceChart(StudyResult result) {
    this.result = result;
    tally = new Tally(result);
    delta = result.plan().smallestEffect();
    reach = reach();
  }

  private double reach() {
    double out = 1.3 * delta;
    for (Verdict v : result.verdicts()) for (var p : tally.pairs(v.name(), result.plan().metric()::of)) out = Math.max(out, 1.08 * Math.abs(p.difference()));
    // Two seeds can have an interval a hundred times their spread: it is cut, or the dots would melt into one.
    double limit = 3 * out;
    for (Verdict v : result.verdicts()) {
      if (v.interval().isDefined()) out = Math.max(out, Math.min(limit, 1.08 * Math.max(Math.abs(v.interval().low()), Math.abs(v.interval().high()))));
    }
    return out;
  }

  Drawing draw(String description) {
    return draw("differences", WIDE, description).orOnNarrowScreens(draw("differences-narrow", NARROW, description));
  }

  private Drawing draw(String name, int width, String description) {
    int rows = result.verdicts().size();
    boolean wide = width == WIDE;
    var plot = new Plot(wide ? "Difference to " + Labels.fitted(result.plan().baseline(), 40) + ": " + sides(" than the baseline") : sides(""), width, AROUND + ROW * rows).noLegend();
    plot.layer("rect", "xmin", new double[] {-delta}, "xmax", new double[] {delta}, "ymin", new double[] {0}, "ymax", new double[] {rows}, "fill", Plot.BAND, "alpha", 0.2, "size", 0.0);
    for (double edge : new double[] {-delta, delta}) plot.layer("vline", "xintercept", edge, "color", Plot.AXIS, "linetype", "dashed", "size", 0.6);
    plot.layer("vline", "xintercept", 0.0, "color", Plot.INK, "size", 0.8);
    for (int i = 1; i < rows; i++) plot.layer("hline", "yintercept", (double) i, "color", Plot.GRID, "size", 0.7);
    for (int i = 0; i < rows; i++) row(plot, result.verdicts().get(i), new Look(i + 1), rows - i, (int) (width / LETTER));
    plot.axis("x", "arm minus " + Labels.fitted(result.plan().baseline(), wide ? 40 : 20) + ", " + result.plan().metric().words(), "limits", List.of(-reach, reach), "expand", List.of(0.0, 0.0));
    plot.axis("y", "", "limits", List.of(0.0, (double) rows), "expand", List.of(0.0, 0.0), "breaks", List.of());
    return plot.draw(name, "Paired differences to " + result.plan().baseline(), description);
  }

  /** What lies left of 0 and right of it. */
  private String sides(String than) {
    return result.plan().metric().higher() ? "← worse" + than + ", better →" : "← better" + than + ", worse →";
  }

  /** @param top of the row, which is 1 high */
  private void row(Plot plot, Verdict v, Look look, double top, int letters) {
    String words = ": " + v.kind().words();
    plot.layer("text", "x", new double[] {-reach}, "y", new double[] {top - 0.18}, "label", List.of("  " + Labels.fitted(v.name(), Math.max(8, letters - words.length() - 4)) + words), "hjust", 0.0,
        "color", Plot.INK, "size", 6.0);
    var pairs = tally.pairs(v.name(), result.plan().metric()::of);
    if (pairs.isEmpty()) return;
    double[] x = pairs.stream().mapToDouble(Tally.Pair::difference).toArray();
    double[] y = new double[x.length];
    // Three heights, by turns: equal differences stay visible.
    for (int i = 0; i < y.length; i++) y[i] = top - 0.44 - 0.07 * (i % 3);
    double middle = top - 0.8;
    if (v.interval().isDefined()) {
      double low = Math.max(v.interval().low(), -reach);
      double high = Math.min(v.interval().high(), reach);
      plot.layer("segment", "x", new double[] {low}, "xend", new double[] {high}, "y", new double[] {middle}, "yend", new double[] {middle}, "color", look.colour(), "size", 1.2);
      end(plot, look, low, middle, v.interval().low() < -reach, -1);
      end(plot, look, high, middle, v.interval().high() > reach, 1);
    }
    plot.layer("point", "x", x, "y", y, "shape", 21, "size", 3.6, "color", look.colour(), "fill", Plot.PAPER);
    if (Double.isFinite(v.meanDifference())) {
      plot.layer("point", "x", new double[] {v.meanDifference()}, "y", new double[] {middle}, "shape", 18, "size", 7.5, "color", look.colour());
    }
  }

  /** A cap where the interval ends, an arrowhead where the drawing cuts it. @param side -1 at the left, 1 at the right */
  private void end(Plot plot, Look look, double x, double y, boolean cut, int side) {
    double h = 0.08;
    double back = cut ? x - side * reach * 0.02 : x;
    plot.layer("path", "x", new double[] {back, x, back}, "y", new double[] {y + h, y, y - h}, "color", look.colour(), "size", 1.2);
  }
}
