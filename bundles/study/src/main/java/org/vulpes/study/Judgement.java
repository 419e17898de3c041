package org.vulpes.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.vulpes.study.statistics.DecisionRule;
import org.vulpes.study.statistics.Moments;
import org.vulpes.study.statistics.Verdict;

/** Where a study stands by its decision rule: judged at its looks and at nothing else. */
final class Judgement {
  private Judgement() {}

  private static List<DecisionRule.Comparison> family(StudyPlan plan, List<TrialResult> trials) {
    return plan.arms().stream().skip(1)
        .map(a -> new DecisionRule.Comparison(a.name(), values(plan, trials, plan.baseline()), values(plan, trials, a.name()))).toList();
  }

  /** Differences of all pairs that are there, without a decision. */
  static List<Verdict> pairs(StudyPlan plan, List<TrialResult> trials) {
    return plan.family() == 0 ? List.of() : rule(plan).preview(family(plan, trials));
  }

  /** @param trials that ended, of this plan */
  static DecisionRule.Course of(StudyPlan plan, List<TrialResult> trials) {
    var family = family(plan, trials);
    int complete = 0;
    while (complete < plan.seeds().size() && ended(plan, trials, plan.seeds().get(complete))) complete++;
    if (family.isEmpty()) return new DecisionRule.Course(-1, complete == plan.seeds().size(), List.of());
    var looks = plan.design().schedule();
    return rule(plan).follow(family, looks, looks.reached(complete));
  }

  /** Which look the verdicts are of, in sentences. */
  static List<String> words(StudyPlan plan, DecisionRule.Course course) {
    int last = plan.looks().size() - 1;
    if (plan.family() == 0) return List.of();
    if (course.look() < 0) {
      return List.of("Not judged yet: the " + (last == 0 ? "study is judged once all " : "first look is at ") + plan.looks().getFirst() + " seeds" + (last == 0 ? " are there." : "."));
    }
    if (last == 0) return List.of();
    int seeds = plan.looks().get(course.look());
    String spent = " Alpha is spent over the looks at " + plan.looks() + " seeds as " + plan.design().spending().word() + "; p-values are adjusted for them.";
    if (course.look() == last) return List.of("Judged at the last look, with all " + seeds + " seeds." + spent);
    return List.of(course.over() ? "Ended at the look at " + seeds + " of " + plan.seeds().size() + " seeds, as planned: every comparison was decided." + spent
        : "Judged at the look at " + seeds + " of " + plan.seeds().size() + " seeds; trials that ended since wait for the next look." + spent);
  }

  /** How large the noises are that a difference must stand out from; empty until two seeds of an arm finished. */
  static List<String> noise(StudyPlan plan, List<TrialResult> trials) {
    var spread = new ArrayList<String>();
    for (Arm a : plan.arms()) {
      var m = Moments.of(trials.stream().filter(t -> t.arm().equals(a.name()) && t.finished()).mapToDouble(plan.metric()::of).filter(Double::isFinite).toArray());
      if (m.n() > 1) spread.add(String.format(Locale.ROOT, "%s %.4f", a.name(), m.sd()));
    }
    if (spread.isEmpty()) return List.of();
    var sampling = Moments.of(trials.stream().mapToDouble(plan.metric()::error).filter(Double::isFinite).toArray());
    return List.of("Noise of the metric: over seeds, a standard deviation of " + String.join(", ", spread) + (sampling.n() == 0 ? "."
        : String.format(Locale.ROOT, "; over %s, a standard error of %.4f for an arm's value on %s of the same kind. Arms are measured on the same, so their differences vary less; "
            + "by how much is not measured.", plan.metric().isBits() ? "validation documents" : "items", sampling.mean(), plan.metric().isBits() ? "other text" : "other items")));
  }

  private static boolean ended(StudyPlan plan, List<TrialResult> trials, long seed) {
    return plan.arms().stream().allMatch(a -> trials.stream().anyMatch(t -> t.arm().equals(a.name()) && t.seed() == seed));
  }

  private static DecisionRule rule(StudyPlan plan) {
    return new DecisionRule(plan.alpha(), plan.smallestEffect(), plan.metric().higher());
  }

  private static double[] values(StudyPlan plan, List<TrialResult> trials, String arm) {
    return plan.seeds().stream().mapToDouble(s -> trials.stream().filter(t -> t.arm().equals(arm) && t.seed() == s).mapToDouble(plan.metric()::of).findFirst().orElse(Double.NaN)).toArray();
  }
}
