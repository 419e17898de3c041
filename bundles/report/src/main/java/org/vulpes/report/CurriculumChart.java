package org.vulpes.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.vulpes.curriculum.Curriculum.Planned;
import org.vulpes.curriculum.Lesson;
import org.vulpes.study.Arm;
import org.vulpes.study.StudyPlan;

/** What is taught when, over tokens: sequence length, batch, learning rate, and the shares of the domains, once for each curriculum. */
final class CurriculumChart {
  private static final int WIDTH = CurveChart.WIDTH;
  private static final int HEIGHT = 230;
  private static final int LEGEND_ROW = 24;
  /** From dark to light, so that neighbours differ on paper without colour; words stand in the areas too. */
  private static final List<String> SHADES = List.of("#2f5d7c", "#8fc1a9", "#e7edf2", "#c98b4b", "#5a4a78", "#d9c7e0", "#7a8a3a", "#f3e3c3");
  /** Of the words in them: not {@link Plot#INK}, which turns light on dark screens while the areas stay as they are. */
  private static final List<String> INKS = List.of("#fefefe", "#101418", "#101418", "#101418", "#fefefe", "#101418", "#fefefe", "#101418");

  private final StudyPlan plan;
  /** What an arm is taught. @param tokens its budget */
  private record Taught(List<Planned> lessons, long tokens) {
    /** The token at which a lesson ends. */
    long end(int lesson) {
      return lesson + 1 < lessons.size() ? lessons.get(lesson + 1).fromToken() : tokens;
    }
  }

  private final Map<Taught, List<String>> groups = new LinkedHashMap<>();
  private final long tokens;
  private final Unit unit;

  CurriculumChart(StudyPlan plan) {
    this.plan = plan;
    tokens = plan.arms().stream().mapToLong(Arm::tokens).max().orElseThrow();
    unit = Unit.of("tokens", tokens);
    // Arms that are taught alike are drawn once.
    for (Arm a : plan.arms()) if (!a.lessons().isEmpty()) groups.computeIfAbsent(new Taught(a.lessons(), a.tokens()), k -> new ArrayList<>()).add(a.name());
  }

  /** @param rates learning-rate curves by arm; empty before the first step */
  List<Drawing> draw(List<Series> rates, String description) {
    var out = new ArrayList<Drawing>();
    if (groups.isEmpty()) return out;
    out.add(steps("sequence length, tokens", Lesson::sequenceLength).draw("sequence-length", "Sequence length over tokens", description));
    out.add(steps("batch, tokens", Lesson::batchTokens).draw("batch", "Batch over tokens", description));
    if (!rates.isEmpty()) out.add(rates(rates).draw("learning-rate", "Learning rate over tokens", description));
    int n = 1;
    for (var g : groups.entrySet()) {
      out.add(shares(g.getKey(), g.getValue()).draw("shares-" + n++, "Shares of the domains over tokens: " + String.join(", ", g.getValue()), description));
    }
    return out;
  }

  private Plot steps(String title, ToDoubleFunction<Lesson> quantity) {
    var looks = new LinkedHashMap<String, Look>();
    groups.forEach((taught, arms) -> looks.put(Labels.group(arms), look(arms)));
    var labels = Labels.of(looks.keySet());
    int columns = Labels.columns(labels.values(), WIDTH);
    var plot = new Plot(title, WIDTH, HEIGHT + LEGEND_ROW * Math.ceilDiv(looks.size(), columns));
    var x = new ArrayList<Double>();
    var y = new ArrayList<Double>();
    var who = new ArrayList<String>();
    var starts = new ArrayList<Integer>();
    groups.forEach((taught, arms) -> {
      List<Planned> lessons = taught.lessons();
      for (int i = 0; i <= lessons.size(); i++) {
        if (i < lessons.size()) starts.add(x.size());
        x.add((i < lessons.size() ? lessons.get(i).fromToken() : taught.tokens()) / unit.size());
        y.add(quantity.applyAsDouble(lessons.get(Math.min(i, lessons.size() - 1)).lesson()));
        who.add(labels.get(Labels.group(arms)));
      }
    });
    plot.layer("step", "x", x, "y", y, "color", who, "linetype", who, "size", 0.9);
    var marked = starts.stream().map(who::get).toList();
    plot.layer("point", "x", starts.stream().map(x::get).toList(), "y", starts.stream().map(y::get).toList(), "color", marked, "shape", marked, "size", 2.6);
    plot.axis("x", unit.words()).axis("y", "", "limits", java.util.Arrays.asList(0.0, null));
    Labels.legend(plot, looks, labels, columns);
    return plot;
  }

  private Look look(List<String> arms) {
    return new Look(plan.arms().indexOf(plan.arm(arms.getFirst())));
  }

  private Plot rates(List<Series> rates) {
    var looks = new LinkedHashMap<String, Look>();
    for (Series s : rates) looks.put(s.arm(), s.look());
    var labels = Labels.of(looks.keySet());
    int columns = Labels.columns(labels.values(), WIDTH);
    var plot = new Plot("learning rate", WIDTH, HEIGHT + LEGEND_ROW * Math.ceilDiv(looks.size(), columns));
    CurveChart.lines(plot, rates, Series.By.TOKENS, unit, labels);
    plot.axis("x", unit.words()).axis("y", "", "limits", java.util.Arrays.asList(0.0, null));
    Labels.legend(plot, looks, labels, columns);
    return plot;
  }

  private Plot shares(Taught taught, List<String> arms) {
    List<Planned> lessons = taught.lessons();
    var domains = new ArrayList<>(new TreeSet<>(plan.domains().keySet()));
    for (Planned p : lessons) p.lesson().domainWeights().keySet().stream().filter(d -> !domains.contains(d)).forEach(domains::add);
    var labels = Labels.of(domains);
    int columns = Labels.columns(labels.values(), WIDTH);
    var plot = new Plot("share of sequences: " + Labels.fitted(Labels.group(arms), 28), WIDTH, HEIGHT + LEGEND_ROW * Math.ceilDiv(domains.size(), columns));
    var left = new ArrayList<Double>();
    var right = new ArrayList<Double>();
    var low = new ArrayList<Double>();
    var high = new ArrayList<Double>();
    var who = new ArrayList<String>();
    for (int i = 0; i < lessons.size(); i++) {
      double from = lessons.get(i).fromToken() / unit.size();
      double to = taught.end(i) / unit.size();
      double below = 0;
      var shares = shares(lessons.get(i).lesson(), domains);
      for (int d = 0; d < domains.size(); d++) {
        double share = shares.get(d);
        if (!(share > 0)) continue;
        left.add(from);
        right.add(to);
        low.add(below);
        high.add(below + share);
        who.add(labels.get(domains.get(d)));
        below += share;
      }
    }
    plot.layer("rect", "xmin", left, "xmax", right, "ymin", low, "ymax", high, "fill", who, "color", Plot.PAPER, "size", 1.0);
    words(plot, left, right, low, high, who, List.copyOf(labels.values()));
    plot.axis("x", unit.words(), "limits", List.of(0.0, tokens / unit.size()), "expand", List.of(0.0, 0.0));
    plot.axis("y", "", "limits", List.of(0.0, 1.001), "expand", List.of(0.0, 0.0));
    plot.legend("fill", List.copyOf(labels.values()), cycled(SHADES, domains.size()), columns);
    return plot;
  }

  /** The name and share in every area that has room for them. */
  private void words(Plot plot, List<Double> left, List<Double> right, List<Double> low, List<Double> high, List<String> who, List<String> order) {
    for (int i = 0; i < who.size(); i++) {
      String text = who.get(i) + " " + Math.round(100 * (high.get(i) - low.get(i))) + " %";
      double pixels = (right.get(i) - left.get(i)) * unit.size() / tokens * (WIDTH - 60);
      if (high.get(i) - low.get(i) < 0.1 || pixels < 6.2 * text.length()) continue;
      plot.layer("text", "x", new double[] {(left.get(i) + right.get(i)) / 2}, "y", new double[] {(low.get(i) + high.get(i)) / 2}, "label", List.of(text), "size", 5.0, "color",
          INKS.get(order.indexOf(who.get(i)) % INKS.size()), "show_legend", false);
    }
  }

  private static List<String> cycled(List<String> shades, int n) {
    var out = new ArrayList<String>();
    for (int i = 0; i < n; i++) out.add(shades.get(i % shades.size()));
    return out;
  }

  /** Shares that add up to 1; a lesson without weights follows the domains' sizes. */
  private List<Double> shares(Lesson lesson, List<String> domains) {
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
}
