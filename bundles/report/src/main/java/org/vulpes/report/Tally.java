package org.vulpes.report;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.vulpes.study.StudyResult;
import org.vulpes.study.TrialResult;
import org.vulpes.study.statistics.Moments;
import org.vulpes.study.statistics.Verdict;

/** What became of the trials of a study: which finished, which were lost, which are still to be run. */
record Tally(StudyResult result) {

  List<TrialResult> finished(String arm) {
    return result.plan().seeds().stream().flatMap(s -> result.trial(arm, s).stream()).filter(TrialResult::finished).toList();
  }

  /** Diverged and failed, in the order of arms and seeds. */
  List<TrialResult> lost() {
    var out = new ArrayList<TrialResult>();
    for (var arm : result.plan().arms()) {
      for (long s : result.plan().seeds()) result.trial(arm.name(), s).filter(t -> !t.finished()).ifPresent(out::add);
    }
    return out;
  }

  /** Of what the study compares. */
  Moments metric(String arm) {
    return moments(arm, result.plan().metric()::of);
  }

  Moments bits(String arm) {
    return moments(arm, TrialResult::bitsPerByte);
  }

  Moments moments(String arm, ToDoubleFunction<TrialResult> quantity) {
    return Moments.of(finished(arm).stream().mapToDouble(quantity).filter(Double::isFinite).toArray());
  }

  /** Bits per byte of an arm by domain, over its finished trials. */
  SortedMap<String, Moments> domains(String arm) {
    var out = new TreeMap<String, Moments>();
    for (String d : domains()) out.put(d, moments(arm, t -> t.byDomain().getOrDefault(d, Double.NaN)));
    return out;
  }

  TreeSet<String> domains() {
    var out = new TreeSet<String>();
    for (TrialResult t : result.trials()) out.addAll(t.byDomain().keySet());
    result.references().ifPresent(r -> out.addAll(r.gzipByDomain().keySet()));
    return out;
  }

  /** An arm's value and the baseline's at one seed. */
  record Pair(long seed, double baseline, double arm) {
    double difference() {
      return arm - baseline;
    }
  }

  /** Seeds at which both the arm and the baseline have a number, in the plan's order. */
  List<Pair> pairs(String arm, ToDoubleFunction<TrialResult> quantity) {
    var out = new ArrayList<Pair>();
    for (long s : result.plan().seeds()) {
      var base = result.trial(result.plan().baseline(), s).filter(TrialResult::finished);
      var other = result.trial(arm, s).filter(TrialResult::finished);
      if (base.isEmpty() || other.isEmpty()) continue;
      var pair = new Pair(s, quantity.applyAsDouble(base.get()), quantity.applyAsDouble(other.get()));
      if (Double.isFinite(pair.baseline()) && Double.isFinite(pair.arm())) out.add(pair);
    }
    return out;
  }

  /** Seeds at which a comparison lost its pair, because a trial on either side ended without a number; trials still to be run are not among them. */
  List<Long> lostSeeds(Verdict verdict) {
    return result.plan().seeds().stream().filter(s -> gone(result.plan().baseline(), s) || gone(verdict.name(), s)).toList();
  }

  private boolean gone(String arm, long seed) {
    return result.trial(arm, seed).filter(t -> !t.finished() || !Double.isFinite(result.plan().metric().of(t))).isPresent();
  }

  /** Whether an arm was given as much of something as the baseline has. */
  boolean matched() {
    return result.plan().arms().stream().anyMatch(a -> a.match().isPresent());
  }

  boolean single() {
    return result.verdicts().isEmpty();
  }

  /** "3 of 9 trials have ended" and what became of those that gave no number; empty when all ended well. */
  List<String> notes() {
    var out = new ArrayList<String>();
    int all = result.plan().trials();
    if (result.missing() > 0) {
      out.add(Figures.count(all - result.missing()) + " of " + Figures.number(all, "trial") + (all - result.missing() == 1 ? " has" : " have") + " ended"
          + (single() ? "." : "; what stands here is a look at an unfinished study, not its answer."));
    }
    for (String status : List.of("diverged", "failed")) {
      var those = lost().stream().filter(t -> t.status().equals(status)).toList();
      if (those.isEmpty()) continue;
      out.add(Figures.number(those.size(), "trial") + " " + status + ": " + String.join(", ", those.stream().map(t -> t.arm() + " seed " + t.seed()).toList()) + ".");
    }
    return out;
  }
}
