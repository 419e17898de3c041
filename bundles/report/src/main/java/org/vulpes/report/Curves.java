package org.vulpes.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.vulpes.report.LineChart.Panel;
import org.vulpes.report.LineChart.Series;
import org.vulpes.study.StudyResult;

/** The curves of a study's arms: mean over seeds, with a band from the lowest to the highest. */
final class Curves {
  private final StudyResult result;
  private final long tokens;
  private final Map<String, TrialCurve> trials = new TreeMap<>();

  Curves(StudyResult result) {
    this.result = result;
    tokens = result.plan().tokens();
    for (var arm : result.plan().arms()) {
      for (long seed : result.plan().seeds()) {
        trials.put(key(arm.name(), seed), TrialCurve.read(result.trialFolder(arm.name(), seed).resolve("metrics.jsonl"), tokens));
      }
    }
  }

  private static String key(String arm, long seed) {
    return arm + "\n" + seed;
  }

  /** Steps between two points of the loss curve, over all trials; at least 1. */
  long stepsByBin() {
    return Math.max(1, Math.round((double) trials.values().stream().mapToLong(TrialCurve::steps).max().orElse(0) / TrialCurve.BINS));
  }

  List<Series> bitsPerByte() {
    return series(t -> {
      var points = new TreeMap<Double, Double>();
      t.evaluations().forEach((at, bits) -> points.put((double) at, bits));
      return points;
    });
  }

  List<Series> loss() {
    return series(t -> binned(t.loss()));
  }

  /** Learning rate of each arm, from the first seed that has one, as all seeds share the schedule; arms with the same rates are one curve. */
  List<Series> learningRate() {
    var out = new ArrayList<Series>();
    for (int i = 0; i < result.plan().arms().size(); i++) {
      String arm = result.plan().arms().get(i).name();
      for (long seed : result.plan().seeds()) {
        var points = binned(trials.get(key(arm, seed)).rate());
        if (points.isEmpty()) continue;
        var curve = one(arm, new Look(i), points, false);
        int same = 0;
        while (same < out.size() && !(Arrays.equals(out.get(same).x(), curve.x()) && Arrays.equals(out.get(same).y(), curve.y()))) same++;
        if (same == out.size()) out.add(curve);
        else out.set(same, one(out.get(same).name() + ", " + arm, out.get(same).look(), points, false));
        break;
      }
    }
    return out;
  }

  private TreeMap<Double, Double> binned(double[] values) {
    var points = new TreeMap<Double, Double>();
    for (int b = 0; b < values.length; b++) if (!Double.isNaN(values[b])) points.put(TrialCurve.middle(b, tokens), values[b]);
    return points;
  }

  private List<Series> series(Function<TrialCurve, TreeMap<Double, Double>> points) {
    var out = new ArrayList<Series>();
    for (int i = 0; i < result.plan().arms().size(); i++) {
      String arm = result.plan().arms().get(i).name();
      var look = new Look(i);
      var whole = new ArrayList<TreeMap<Double, Double>>();
      var going = new ArrayList<TreeMap<Double, Double>>();
      for (long seed : result.plan().seeds()) {
        var p = points.apply(trials.get(key(arm, seed)));
        if (p.isEmpty()) continue;
        var ended = result.trial(arm, seed);
        if (ended.isEmpty()) going.add(p);
        else if (ended.get().finished()) whole.add(p);
        else out.add(one(arm, look, p, true));
      }
      if (!whole.isEmpty()) out.add(together(arm, look, whole));
      else if (!going.isEmpty()) out.add(together(arm + " (running)", look, going));
    }
    return out;
  }

  private static Series one(String name, Look look, TreeMap<Double, Double> points, boolean ended) {
    double[] x = points.keySet().stream().mapToDouble(d -> d).toArray();
    double[] y = points.values().stream().mapToDouble(d -> d).toArray();
    return new Series(name, look, x, y, y, y, false, ended);
  }

  /** Points at which every seed has a value: a mean over changing seeds would jump where one begins or ends. */
  private static Series together(String name, Look look, List<TreeMap<Double, Double>> seeds) {
    double[] x = seeds.getFirst().keySet().stream().filter(k -> seeds.stream().allMatch(s -> s.containsKey(k))).mapToDouble(d -> d).toArray();
    double[] mean = new double[x.length];
    double[] low = new double[x.length];
    double[] high = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double at = x[i];
      var values = seeds.stream().mapToDouble(s -> s.get(at)).summaryStatistics();
      mean[i] = Math.clamp(values.getAverage(), values.getMin(), values.getMax());
      low[i] = values.getMin();
      high[i] = values.getMax();
    }
    return new Series(name, look, x, mean, low, high, false, false);
  }

  /** The whole run, and beside it its second half on a scale of its own, where arms part by less than they learnt at first. */
  List<Panel> panels(String quantity, List<Series> series) {
    var whole = new Panel(quantity, 0, tokens, false, series);
    var half = new Panel(quantity + ", second half", tokens / 2.0, tokens, false, series);
    return half.series().stream().anyMatch(s -> s.x().length > 1) ? List.of(whole, half) : List.of(whole);
  }
}
