package org.vulpes.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.vulpes.study.StudyResult;
import org.vulpes.study.TuningTrial;

/** The metric over each setting that was tuned, by arm. Where several were tuned together, a value stands for the best that the others reach beside it. */
final class Tuning {
  private static final int WIDTH = CurveChart.WIDTH;
  private static final int HEIGHT = 280;
  private static final int LEGEND_ROW = 24;
  /** Around the data, as a share of the axis: a ring at its end stays whole. */
  private static final List<Double> ROOM = List.of(0.08, 0.0);

  /** One arm's metric over one setting. @param values in rising order @param loss mean over seeds; NaN where no trial finished @param chosen place of the chosen value, -1 when none is */
  record Curve(String arm, Look look, String setting, List<String> values, double[] loss, int chosen) {

    /** The chosen value stands at the end of those that were tried: a better one may lie beyond. */
    boolean atEdge() {
      return values.size() > 1 && (chosen == 0 || chosen == values.size() - 1);
    }
  }

  private final StudyResult result;

  Tuning(StudyResult result) {
    this.result = result;
  }

  /** Settings that take more than one value. */
  List<String> settings() {
    Map<String, TreeSet<String>> values = new LinkedHashMap<>();
    for (TuningTrial t : result.tuning()) t.settings().forEach((k, v) -> values.computeIfAbsent(k, x -> new TreeSet<>()).add(v));
    return values.entrySet().stream().filter(e -> e.getValue().size() > 1).map(Map.Entry::getKey).toList();
  }

  List<Curve> curves(String setting) {
    var out = new ArrayList<Curve>();
    for (int i = 0; i < result.plan().arms().size(); i++) {
      String arm = result.plan().arms().get(i).name();
      var trials = result.tuning().stream().filter(t -> t.arm().equals(arm) && t.settings().containsKey(setting)).toList();
      if (trials.isEmpty()) continue;
      var values = trials.stream().map(t -> t.settings().get(setting)).distinct().sorted(ORDER).toList();
      double[] loss = values.stream().mapToDouble(v -> best(trials.stream().filter(t -> t.settings().get(setting).equals(v)).toList())).toArray();
      int chosen = trials.stream().filter(TuningTrial::chosen).findFirst().map(t -> values.indexOf(t.settings().get(setting))).orElse(-1);
      out.add(new Curve(arm, new Look(i), setting, values, loss, chosen));
    }
    return out;
  }

  /** The best mean over seeds among the combinations; one with a trial that gave no number is out. */
  private double best(List<TuningTrial> trials) {
    var means = trials.stream().collect(Collectors.groupingBy(TuningTrial::settings)).values().stream()
        .mapToDouble(same -> same.stream().mapToDouble(TuningTrial::value).average().orElse(Double.NaN)).filter(Double::isFinite);
    return (result.plan().metric().higher() ? means.max() : means.min()).orElse(Double.NaN);
  }

  private static OptionalDouble number(String s) {
    try {
      return OptionalDouble.of(Double.parseDouble(s));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /** Numbers by size, then words by the alphabet. */
  private static final Comparator<String> ORDER = Comparator.comparingDouble((String s) -> number(s).orElse(Double.POSITIVE_INFINITY)).thenComparing(Comparator.naturalOrder());

  Drawing draw(String setting, int number, String description) {
    var curves = curves(setting);
    var values = curves.stream().flatMap(c -> c.values().stream()).distinct().sorted(ORDER).toList();
    boolean numeric = values.stream().allMatch(v -> number(v).isPresent());
    boolean log = numeric && values.stream().allMatch(v -> number(v).getAsDouble() > 0) && number(values.getLast()).getAsDouble() >= 4 * number(values.getFirst()).getAsDouble();
    var looks = new LinkedHashMap<String, Look>();
    for (Curve c : curves) looks.put(c.arm(), c.look());
    var labels = Labels.of(looks.keySet());
    int columns = Labels.columns(labels.values(), WIDTH);
    var plot = new Plot(result.plan().metric().words() + " over " + Labels.fitted(setting, 40), WIDTH, HEIGHT + LEGEND_ROW * Math.ceilDiv(looks.size(), columns));
    var x = new ArrayList<Double>();
    var y = new ArrayList<Double>();
    var who = new ArrayList<String>();
    var chosenX = new ArrayList<Double>();
    var chosenY = new ArrayList<Double>();
    for (Curve c : curves) {
      for (int i = 0; i < c.values().size(); i++) {
        if (Double.isNaN(c.loss()[i])) continue;
        x.add(numeric ? number(c.values().get(i)).getAsDouble() : values.indexOf(c.values().get(i)));
        y.add(c.loss()[i]);
        who.add(labels.get(c.arm()));
        if (i != c.chosen()) continue;
        chosenX.add(x.getLast());
        chosenY.add(y.getLast());
      }
    }
    if (!x.isEmpty()) plot.layer("line", "x", x, "y", y, "color", who, "linetype", who, "size", 0.9).layer("point", "x", x, "y", y, "color", who, "shape", who, "size", 3.0);
    if (!chosenX.isEmpty()) plot.layer("point", "x", chosenX, "y", chosenY, "shape", 1, "size", 7.0, "stroke", 1.4, "color", Plot.INK, "show_legend", false);
    var breaks = new ArrayList<Double>();
    for (int i = 0; i < values.size(); i++) breaks.add(numeric ? number(values.get(i)).getAsDouble() : i);
    // Every value that was tried is named as long as there is room for the names.
    boolean named = values.size() <= 8;
    Object[] scale = named ? new Object[] {"breaks", breaks, "labels", new ArrayList<>(values.stream().map(v -> Labels.fitted(v, 10)).toList()), "trans", log ? "log10" : "identity", "expand", ROOM}
        : new Object[] {"trans", log ? "log10" : "identity", "expand", ROOM};
    plot.axis("x", log ? setting + " (logarithmic)" : setting, scale).axis("y", "", "expand", ROOM);
    Labels.legend(plot, looks, labels, columns);
    return plot.draw("tuning-" + number, Sentences.begun(result.plan().metric().words()) + " over " + setting, description);
  }
}
