package org.vulpes.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.vulpes.study.StudyResult;
import org.vulpes.study.TrialResult;
import org.vulpes.study.statistics.Moments;
import org.vulpes.study.statistics.TTest;

/**
 * What the trials measured besides the metric that decides: for each evaluation the arms' means over seeds at the last step, and the paired difference from the
 * baseline with its 95 % interval. These are not adjusted for their number and decide nothing.
 */
final class EvaluationTable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private EvaluationTable() {}

  /** Lines of text; empty when no trial measured anything. */
  static List<String> lines(StudyResult result) {
    SortedMap<String, SortedMap<String, SortedMap<Long, Double>>> all = new TreeMap<>();
    for (TrialResult t : result.trials()) {
      if (!t.finished()) continue;
      last(result.trialFolder(t.arm(), t.seed()).resolve("metrics.jsonl")).ifPresent(found -> found.properties().forEach(evaluation -> evaluation.getValue().properties().forEach(metric ->
          all.computeIfAbsent(evaluation.getKey() + " " + metric.getKey(), _ -> new TreeMap<>()).computeIfAbsent(t.arm(), _ -> new TreeMap<>()).put(t.seed(), metric.getValue().asDouble()))));
    }
    var out = new java.util.ArrayList<String>();
    all.forEach((name, byArm) -> {
      out.add(name);
      result.plan().arms().forEach(a -> {
        if (byArm.containsKey(a.name())) out.add(row(a.name(), byArm.get(a.name()), a.name().equals(result.plan().baseline()) ? null : byArm.get(result.plan().baseline())));
      });
    });
    return out;
  }

  private static String row(String arm, SortedMap<Long, Double> values, SortedMap<Long, Double> baseline) {
    var m = Moments.of(values.values().stream().mapToDouble(x -> x).toArray());
    String text = String.format(Locale.ROOT, "  %-16s %8.4f", arm, m.mean()) + (values.size() < 2 ? "" : String.format(Locale.ROOT, " ± %.4f", m.sd()));
    if (baseline == null) return text;
    var seeds = new TreeSet<>(values.keySet());
    seeds.retainAll(baseline.keySet());
    if (seeds.size() < 2) return text;
    var test = TTest.paired(seeds.stream().mapToDouble(values::get).toArray(), seeds.stream().mapToDouble(baseline::get).toArray());
    if (test.standardError() == 0) return text + String.format(Locale.ROOT, "  %+.4f at every seed", test.estimate());
    var interval = test.interval(0.95);
    return text + String.format(Locale.ROOT, "  %+.4f [%+.4f, %+.4f]", test.estimate(), interval.low(), interval.high());
  }

  /** The evaluations of the last line that has some. */
  private static Optional<JsonNode> last(Path metrics) {
    try {
      List<String> lines = Files.readAllLines(metrics);
      for (String line : lines.reversed()) {
        if (!line.contains("\"evaluations\"")) continue;
        JsonNode n = JSON.readTree(line).path("evaluations");
        if (n.isObject()) return Optional.of(n);
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }
}
