package org.vulpes.report;

import java.util.List;
import org.vulpes.study.StudyResult;
import org.vulpes.study.TrialResult;
import org.vulpes.study.statistics.Verdict;

/** Every paired difference as a dot, their mean with its interval, and the band of differences that do not matter. */
final class DifferenceChart {
  private static final double WIDTH = 900;
  private static final double LEFT = 40;
  private static final double RIGHT = 40;
  private static final double ROW = 66;

  private DifferenceChart() {}

  static String draw(StudyResult result, String description) {
    var tally = new Tally(result);
    double delta = result.plan().smallestEffect();
    double reach = 1.3 * delta;
    for (Verdict v : result.verdicts()) for (var p : tally.pairs(v.name(), TrialResult::bitsPerByte)) reach = Math.max(reach, 1.08 * Math.abs(p.difference()));
    // Two seeds can have an interval a hundred times their spread: it is cut, or the dots would melt into one.
    double limit = 3 * reach;
    for (Verdict v : result.verdicts()) {
      if (v.interval().isDefined()) reach = Math.max(reach, Math.min(limit, 1.08 * Math.max(Math.abs(v.interval().low()), Math.abs(v.interval().high()))));
    }
    var svg = new Svg("Paired differences to " + result.plan().baseline(), description);
    double top = 62;
    double height = ROW * result.verdicts().size();
    svg.text("small", "start", LEFT, 20, "Open dots: one seed each. Filled diamond: mean, with its " + Figures.level(result.plan().alpha()) + " interval. Grey: within ±δ = "
        + Figures.plain(delta) + ".");
    var axes = new Axes(svg, LEFT, top, WIDTH - LEFT - RIGHT, height, -reach, reach, 0, 1);
    svg.rect("band", axes.x.at(-delta), top, axes.x.at(delta) - axes.x.at(-delta), height);
    axes.frame("", "difference to " + Svg.fitted(result.plan().baseline(), 300) + ", bits per byte", false);
    svg.line("edge", axes.x.at(-delta), top, axes.x.at(-delta), top + height).line("edge", axes.x.at(delta), top, axes.x.at(delta), top + height);
    svg.line("zero", axes.x.at(0), top, axes.x.at(0), top + height);
    svg.text("small", "end", axes.x.at(0) - 12, top - 8, "← better than the baseline").text("small", "start", axes.x.at(0) + 12, top - 8, "worse →");
    for (int i = 0; i < result.verdicts().size(); i++) row(svg, axes, result.verdicts().get(i), tally, i + 1, top + i * ROW);
    return svg.finish(WIDTH, top + height + 46);
  }

  private static void row(Svg svg, Axes axes, Verdict v, Tally tally, int index, double top) {
    var look = new Look(index);
    double middle = top + 40;
    if (index > 1) svg.line("grid", LEFT, top, WIDTH - RIGHT, top);
    String words = " – " + v.kind().words();
    svg.text("halo", "start", LEFT + 2, top + 15, Svg.fitted(v.name(), WIDTH / 2 - LEFT - 20 - Svg.width(words)) + words);
    List<Tally.Pair> pairs = tally.pairs(v.name(), TrialResult::bitsPerByte);
    if (pairs.isEmpty()) return;
    if (v.interval().isDefined()) interval(svg, axes, v, look, middle + 9);
    for (int j = 0; j < pairs.size(); j++) {
      // Three heights, by turns: equal differences stay visible.
      svg.path("mark open " + look.stroke() + " " + look.fill(), "", Look.circle(axes.x.at(pairs.get(j).difference()), middle - 13 + 5 * (j % 3), 4));
    }
    if (Double.isFinite(v.meanDifference())) svg.path("mark " + look.stroke() + " " + look.fill(), "", Look.diamond(axes.x.at(v.meanDifference()), middle + 9, 5));
  }

  private static void interval(Svg svg, Axes axes, Verdict v, Look look, double y) {
    double low = axes.x.at(Math.max(v.interval().low(), axes.x.low()));
    double high = axes.x.at(Math.min(v.interval().high(), axes.x.high()));
    String style = "line " + look.stroke();
    svg.line(style, low, y, high, y);
    end(svg, style, low, y, v.interval().low() < axes.x.low() ? -1 : 0);
    end(svg, style, high, y, v.interval().high() > axes.x.high() ? 1 : 0);
  }

  /** A cap where the interval ends, an arrowhead where the drawing cuts it. */
  private static void end(Svg svg, String style, double x, double y, int beyond) {
    if (beyond == 0) svg.line(style, x, y - 5, x, y + 5);
    else svg.path(style, "", "M" + Svg.n(x - 7 * beyond) + " " + Svg.n(y - 5) + "L" + Svg.n(x) + " " + Svg.n(y) + "L" + Svg.n(x - 7 * beyond) + " " + Svg.n(y + 5));
  }
}
