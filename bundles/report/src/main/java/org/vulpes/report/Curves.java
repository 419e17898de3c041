package org.vulpes.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.vulpes.study.Arm;
import org.vulpes.study.StudyResult;

/** The curves of a study's arms: mean over seeds, with a band from the lowest to the highest. */
final class Curves {
  private final StudyResult result;
  private final long tokens;
  private final Map<String, TrialCurve> trials;

  Curves(StudyResult result) {
    this.result = result;
    tokens = result.plan().arms().stream().mapToLong(Arm::tokens).max().orElseThrow();
    // Side by side: hundreds of trials of tens of thousands of steps are a gigabyte of lines.
    trials = result.plan().arms().parallelStream().flatMap(arm -> result.plan().seeds().parallelStream().map(seed -> Map.entry(key(arm.name(), seed),
        TrialCurve.read(result.trialFolder(arm.name(), seed).resolve("metrics.jsonl"), tokens, result.plan().metric())))).collect(Collectors.toConcurrentMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static String key(String arm, long seed) {
    return arm + "\n" + seed;
  }

  /** Steps between two points of the loss curve, over all trials; at least 1. */
  long stepsByBin() {
    return Math.max(1, Math.round((double) trials.values().stream().mapToLong(TrialCurve::steps).max().orElse(0) / TrialCurve.BINS));
  }

  /** Trials that diverged or failed come as series of their own, then one series for each arm. */
  List<Series> bitsPerByte() {
    return series(t -> {
      var points = new TreeMap<Double, Double>();
      t.evaluations().forEach((at, bits) -> points.put((double) at, bits));
      return points;
    });
  }

  /** What the study compares, where that is a number of an evaluation. */
  List<Series> metric() {
    return series(t -> {
      var points = new TreeMap<Double, Double>();
      t.metric().forEach((at, value) -> points.put((double) at, value));
      return points;
    });
  }

  /** Of policies that learn from rewards. */
  List<Series> reward() {
    return series(t -> binned(t.reward()));
  }

  /** Rewards that failed, a sentence for each trial with some. */
  List<String> contained() {
    var out = new ArrayList<String>();
    for (var arm : result.plan().arms()) {
      for (long seed : result.plan().seeds()) {
        var curve = trials.get(key(arm.name(), seed));
        curve.contained().forEach((failure, n) -> out.add(arm.name() + ", seed " + seed + ": reward " + failure + " for " + Figures.count(n) + " of " + Figures.count(curve.judged()) + " samples, which taught nothing."));
      }
    }
    return out;
  }

  /** How far the decoder was from the training program, a sentence for each arm that wrote. */
  List<String> decoders() {
    var out = new ArrayList<String>();
    for (var arm : result.plan().arms()) {
      result.plan().seeds().stream().mapToDouble(seed -> trials.get(key(arm.name(), seed)).decoderDifference()).filter(Double::isFinite).max().ifPresent(most -> out.add(String.format(Locale.ROOT,
          "%s: log-probabilities that the decoder saw differ from those of the training program by at most %.1e nats.", arm.name(), most)));
    }
    return out;
  }

  List<Series> loss() {
    return series(t -> binned(t.loss()));
  }

  /** Learning rate of each arm, from the first seed that has one, as all seeds share the schedule; arms with the same rates are one curve. */
  List<Series> learningRate() {
    var groups = new LinkedHashMap<TreeMap<Double, Double>, List<String>>();
    var curves = new HashMap<TreeMap<Double, Double>, TrialCurve>();
    for (var arm : result.plan().arms()) {
      for (long seed : result.plan().seeds()) {
        var curve = trials.get(key(arm.name(), seed));
        var points = binned(curve.rate());
        if (points.isEmpty()) continue;
        groups.computeIfAbsent(points, k -> new ArrayList<>()).add(arm.name());
        curves.putIfAbsent(points, curve);
        break;
      }
    }
    var out = new ArrayList<Series>();
    groups.forEach((points, arms) -> out.add(together(Labels.group(arms), new Look(result.plan().arms().indexOf(result.plan().arm(arms.getFirst()))),
        List.of(new Seed(curves.get(points), points)), false)));
    return out;
  }

  private TreeMap<Double, Double> binned(double[] values) {
    var points = new TreeMap<Double, Double>();
    for (int b = 0; b < values.length; b++) if (!Double.isNaN(values[b])) points.put(TrialCurve.middle(b, tokens), values[b]);
    return points;
  }

  private record Seed(TrialCurve curve, TreeMap<Double, Double> points) {}

  private List<Series> series(Function<TrialCurve, TreeMap<Double, Double>> points) {
    var lost = new ArrayList<Series>();
    var out = new ArrayList<Series>();
    for (int i = 0; i < result.plan().arms().size(); i++) {
      String arm = result.plan().arms().get(i).name();
      var look = new Look(i);
      var whole = new ArrayList<Seed>();
      var going = new ArrayList<Seed>();
      for (long seed : result.plan().seeds()) {
        var curve = trials.get(key(arm, seed));
        var one = new Seed(curve, points.apply(curve));
        if (one.points().isEmpty()) continue;
        var ended = result.trial(arm, seed);
        if (ended.isEmpty()) going.add(one);
        else if (ended.get().finished()) whole.add(one);
        else lost.add(together(arm, look, List.of(one), true));
      }
      if (!whole.isEmpty()) out.add(together(arm, look, whole, false));
      else if (!going.isEmpty()) out.add(together(arm + " (running)", look, going, false));
    }
    lost.addAll(out);
    return lost;
  }

  /** Points at which every seed has a value: a mean over changing seeds would jump where one begins or ends. */
  private static Series together(String name, Look look, List<Seed> seeds, boolean ended) {
    double[] x = seeds.getFirst().points().keySet().stream().filter(k -> seeds.stream().allMatch(s -> s.points().containsKey(k))).mapToDouble(d -> d).toArray();
    double[] mean = new double[x.length];
    double[] low = new double[x.length];
    double[] high = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double at = x[i];
      var values = seeds.stream().mapToDouble(s -> s.points().get(at)).summaryStatistics();
      mean[i] = Math.clamp(values.getAverage(), values.getMin(), values.getMax());
      low[i] = values.getMin();
      high[i] = values.getMax();
    }
    return new Series(name, look, x, mean(x, seeds, TrialCurve::flops), mean(x, seeds, TrialCurve::seconds), mean, low, high, ended);
  }

  private static double[] mean(double[] tokens, List<Seed> seeds, Function<TrialCurve, TreeMap<Long, Double>> known) {
    return Arrays.stream(tokens).map(t -> seeds.stream().mapToDouble(s -> TrialCurve.at(known.apply(s.curve()), t)).average().orElse(Double.NaN)).toArray();
  }
}
