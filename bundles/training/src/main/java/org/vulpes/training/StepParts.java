package org.vulpes.training;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where the time of a run's steps goes, part by part: of preparing a batch (where rewards are learned from: prompts, new tokens, drawing, rewards, old log-probabilities), forward and backward,
 * update. For people; nothing that is trained follows from it.
 */
final class StepParts {
  /** @param flops by the operations' rules; 0 for what is no program */
  private record Part(long nanos, double flops) {
    Part plus(long moreNanos, double moreFlops) {
      return new Part(nanos + moreNanos, flops + moreFlops);
    }
  }

  private final Map<String, Part> parts = new LinkedHashMap<>();

  void add(String name, long nanos, double flops) {
    parts.merge(name, new Part(nanos, flops), (a, b) -> a.plus(b.nanos, b.flops));
  }

  /** All of these too. */
  void addAll(StepParts others) {
    others.parts.forEach((name, p) -> add(name, p.nanos, p.flops));
  }

  long nanos() {
    return parts.values().stream().mapToLong(Part::nanos).sum();
  }

  SortedMap<String, Double> seconds() {
    var out = new TreeMap<String, Double>();
    parts.forEach((name, p) -> out.put(name, Math.round(p.nanos * 1e-6) / 1000.0));
    return out;
  }

  /** A line a part, in the order in which a step takes them. @param steps that took all this */
  String table(long steps) {
    double total = Math.max(1, nanos());
    var text = new StringBuilder(String.format(Locale.ROOT, "%,d steps of %.1f ms each, by part:%n    ms a step     %%  GFLOP a step  GFLOP/s  part%n", steps, total * 1e-6 / steps));
    parts.forEach((name, p) -> text.append(String.format(Locale.ROOT, "%13.2f %5.1f %13s %8s  %s%n", p.nanos * 1e-6 / steps, 100 * p.nanos / total,
        p.flops == 0 ? "" : String.format(Locale.ROOT, "%.2f", p.flops * 1e-9 / steps), p.flops == 0 ? "" : String.format(Locale.ROOT, "%.1f", p.flops / p.nanos), name)));
    return text.toString();
  }
}
