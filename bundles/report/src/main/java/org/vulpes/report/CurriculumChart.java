package org.vulpes.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.vulpes.curriculum.Curriculum.Planned;
import org.vulpes.curriculum.Lesson;
import org.vulpes.report.LineChart.Panel;
import org.vulpes.report.LineChart.Series;
import org.vulpes.study.Arm;
import org.vulpes.study.StudyPlan;

/** What is taught when: sequence length, batch and learning rate over tokens, and below them the shares of the domains, once for each curriculum. */
final class CurriculumChart {
  private static final double LEFT = 58;
  private static final double RIGHT = 16;
  private static final double HEIGHT = 170;

  private CurriculumChart() {}

  /** @param rates learning-rate curves by arm; empty before the first step */
  static String draw(StudyPlan plan, List<Series> rates, String description) {
    var svg = new Svg("Curricula over tokens", description);
    var groups = groups(plan);
    var length = new ArrayList<Series>();
    var batch = new ArrayList<Series>();
    groups.forEach((lessons, arms) -> {
      if (lessons.isEmpty()) return;
      var look = new Look(plan.arms().indexOf(plan.arm(arms.getFirst())));
      length.add(steps(String.join(", ", arms), look, lessons, plan.tokens(), Lesson::sequenceLength));
      batch.add(steps(String.join(", ", arms), look, lessons, plan.tokens(), Lesson::batchTokens));
    });
    double y = LineChart.row(svg, "tokens", List.of(new Panel("sequence length, tokens", 0, plan.tokens(), true, length),
        new Panel("batch, tokens", 0, plan.tokens(), true, batch)), 0);
    if (!rates.isEmpty()) y = LineChart.row(svg, "tokens", List.of(new Panel("learning rate", 0, plan.tokens(), true, rates)), y);
    for (var group : groups.entrySet()) {
      if (!group.getKey().isEmpty()) y = shares(svg, plan, group.getKey(), String.join(", ", group.getValue()), y);
    }
    return svg.finish(LineChart.WIDTH, y);
  }

  /** Arms by their lessons: those that are taught alike are drawn once. */
  private static Map<List<Planned>, List<String>> groups(StudyPlan plan) {
    var out = new LinkedHashMap<List<Planned>, List<String>>();
    for (Arm a : plan.arms()) out.computeIfAbsent(a.lessons(), k -> new ArrayList<>()).add(a.name());
    return out;
  }

  private static Series steps(String name, Look look, List<Planned> lessons, long tokens, ToDoubleFunction<Lesson> quantity) {
    int n = lessons.size();
    double[] x = new double[n + 1];
    double[] y = new double[n + 1];
    for (int i = 0; i < n; i++) {
      x[i] = lessons.get(i).fromToken();
      y[i] = quantity.applyAsDouble(lessons.get(i).lesson());
    }
    x[n] = tokens;
    y[n] = y[n - 1];
    return new Series(name, look, x, y, y, y, true, false);
  }

  private static double shares(Svg svg, StudyPlan plan, List<Planned> lessons, String arms, double y) {
    var domains = new ArrayList<>(new TreeSet<>(plan.domains().keySet()));
    for (Planned p : lessons) p.lesson().domainWeights().keySet().stream().filter(d -> !domains.contains(d)).forEach(domains::add);
    double width = LineChart.WIDTH - LEFT - RIGHT;
    double top = legend(svg, domains, y + 6) + 34;
    var axes = new Axes(svg, LEFT, top, width, HEIGHT, 0, plan.tokens(), 0, 1).frame("share of sequences by domain: " + arms, "tokens", true);
    for (int i = 0; i < lessons.size(); i++) {
      double from = axes.x.at(lessons.get(i).fromToken());
      double to = axes.x.at(i + 1 < lessons.size() ? lessons.get(i + 1).fromToken() : plan.tokens());
      double below = 0;
      var shares = weights(plan, lessons.get(i).lesson(), domains);
      for (int d = 0; d < domains.size(); d++) {
        double share = shares.get(d);
        if (!(share > 0)) continue;
        double upper = axes.y.at(Math.min(1, below + share));
        double height = axes.y.at(below) - upper;
        tile(svg, d, from, upper, to - from, height);
        String words = domains.get(d) + " " + Math.round(100 * share) + " %";
        if (height >= 15 && to - from >= Svg.width(words) + 10) svg.text("halo", "middle", (from + to) / 2, upper + height / 2 + 4, words);
        below += share;
      }
      if (i > 0) svg.line("zero", from, top - 4, from, top + HEIGHT);
    }
    return top + HEIGHT + 48;
  }

  /** Shares that add up to 1; a lesson without weights follows the domains' sizes. */
  private static List<Double> weights(StudyPlan plan, Lesson lesson, List<String> domains) {
    var out = new ArrayList<Double>();
    double sum = 0;
    for (String d : domains) {
      double w = lesson.domainWeights().isEmpty() ? plan.domains().containsKey(d) ? plan.domains().get(d)[0] : 0 : lesson.domainWeights().getOrDefault(d, 0.0);
      out.add(w);
      sum += w;
    }
    double all = sum;
    return out.stream().map(w -> all > 0 ? w / all : 0).toList();
  }

  private static double legend(Svg svg, List<String> domains, double top) {
    double x = LEFT;
    double y = top;
    for (int d = 0; d < domains.size(); d++) {
      String name = Svg.fitted(domains.get(d), 300);
      double w = 26 + Svg.width(name) + 16;
      if (x > LEFT && x + w > LineChart.WIDTH - RIGHT) {
        x = LEFT;
        y += 20;
      }
      tile(svg, d, x, y, 20, 13);
      svg.text("", "start", x + 26, y + 11, name);
      x += w;
    }
    return y + 14;
  }

  /** A coloured area with a hatch of its own, so that domains are told apart without colour. */
  private static void tile(Svg svg, int domain, double x, double y, double width, double height) {
    String colour = "s" + domain % Svg.COLOURS + " f" + domain % Svg.COLOURS;
    svg.rect("area " + colour, x, y, width, height);
    var hatch = new StringBuilder();
    int kind = domain % 4;
    double gap = 12;
    if (kind == 1) for (double v = y + gap / 2; v < y + height; v += gap) hatch.append("M").append(Svg.n(x)).append(' ').append(Svg.n(v)).append("h").append(Svg.n(width));
    if (kind == 2) for (double v = x + gap / 2; v < x + width; v += gap) hatch.append("M").append(Svg.n(v)).append(' ').append(Svg.n(y)).append("v").append(Svg.n(height));
    if (kind == 3) {
      // Lines x - v = y - height … cut at the tile's edges.
      for (double o = gap / 2; o < width + height; o += gap) {
        double x1 = Math.max(0, o - height);
        double x2 = Math.min(width, o);
        hatch.append("M").append(Svg.n(x + x1)).append(' ').append(Svg.n(y + (o - x1))).append("L").append(Svg.n(x + x2)).append(' ').append(Svg.n(y + (o - x2)));
      }
    }
    if (!hatch.isEmpty()) svg.path("faint s" + domain % Svg.COLOURS, "", hatch.toString());
  }
}
