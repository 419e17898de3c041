package org.vulpes.cli;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.vulpes.study.StudyPlan;
import org.vulpes.study.TrialResult;
import org.vulpes.study.statistics.DecisionRule;
import org.vulpes.study.statistics.Moments;
import org.vulpes.study.statistics.Power;
import org.vulpes.study.statistics.Verdict;

/** What a plan's seeds can show, as text for a terminal: by the noise that was measured, or else for likely noises. */
final class PowerText {
  /** From long runs of models whose seeds hardly differ to runs of a minute, whose seeds do. */
  private static final double[] LIKELY = {0.003, 0.01, 0.03};

  private final StudyPlan plan;
  /** Levels of one test of a difference and of equivalence: Holm's first step, at a study's last look. */
  private final double alpha;
  private final double equivalenceAlpha;

  private PowerText(StudyPlan plan) {
    this.plan = plan;
    double share = plan.alpha() / plan.family();
    var looks = plan.design().schedule();
    alpha = looks.lastLevel(share);
    // Either of its two tests is one-sided at the whole share, where a difference has half of it on each side.
    equivalenceAlpha = looks.lastLevel(2 * share) / 2;
  }

  /** @param pilot the baseline's trials beforehand @param pairs verdicts on pairs that are there already */
  static String of(StudyPlan plan, List<TrialResult> pilot, List<Verdict> pairs) {
    var text = new PowerText(plan);
    var measured = pairs.stream().filter(v -> v.pairs() > 1 && v.sd() > 0).toList();
    var noise = Moments.of(pilot.stream().filter(TrialResult::finished).mapToDouble(plan.metric()::of).filter(Double::isFinite).toArray());
    var t = new StringBuilder();
    if (!measured.isEmpty()) text.byPairs(t, measured);
    else if (noise.n() > 1 && noise.sd() > 0) text.byPilot(t, noise);
    else text.byGuess(t);
    t.append("    δ = ").append(plan.smallestEffect()).append(": below it, arms count as equivalent");
    int n = plan.seeds().size();
    if (n < 6) t.append("; with ").append(n).append(" pairs the exact sign-flip p cannot fall below ").append(2.0 / (1L << n));
    t.append('\n');
    if (plan.looks().size() > 1) {
      t.append("    looks at ").append(plan.looks()).append(" seeds, alpha spent as ").append(plan.design().spending().word())
          .append("; ends at the first that decides every comparison, so the figures are for the last\n");
    }
    return t.toString();
  }

  private String heading() {
    return plan.seeds().size() + " seeds can detect with 80 % power, Holm over " + plan.family() + (plan.family() == 1 ? " comparison" : " comparisons") + ", α = " + plan.alpha();
  }

  private double detectable(double sd) {
    return Power.detectableDifference(plan.seeds().size(), alpha, DecisionRule.POWER, sd);
  }

  private void byGuess(StringBuilder t) {
    t.append("  The noise is not known (study.pilot = 5 measures it). What ").append(heading()).append(":\n");
    for (double sd : LIKELY) {
      t.append(String.format(Locale.ROOT, "    differences of %.4f %s, if paired differences vary by a standard deviation of %.3f%n", detectable(sd), plan.metric().words(), sd));
    }
  }

  private void byPilot(StringBuilder t, Moments noise) {
    var interval = noise.sdInterval(0.95);
    t.append(String.format(Locale.ROOT, "  Noise: %s varies by a standard deviation of %.4f %s over %d pilot seeds (95 %% interval %.4f to %.4f%s)%n", plan.baseline(), noise.sd(), plan.metric().words(), noise.n(),
        interval.low(), interval.high(), noise.n() < 10 ? "; " + noise.n() + " seeds are few, so the figures below may be off by as much" : ""));
    // Arms with seeds of their own have nothing in common.
    boolean share = plan.design().share();
    t.append(share ? "  A pilot of one arm does not tell how alike arms are at one seed, so the first line is the cautious one. What " : "  What ").append(heading()).append(":\n");
    columns(t);
    row(t, "correlation 0", noise.sd() * Math.sqrt(2));
    if (share) row(t, "correlation 0.5", noise.sd());
  }

  private void byPairs(StringBuilder t, List<Verdict> pairs) {
    t.append("  Noise: as measured on the pairs that are there. What ").append(heading()).append(":\n");
    columns(t);
    for (Verdict v : pairs) row(t, v.name() + ", " + v.pairs() + " pairs", v.sd());
  }

  private static void columns(StringBuilder t) {
    t.append(String.format("    %-24s %17s %14s   %s%n", "", "sd of differences", "detectable", "seeds for 80 % power: a difference of δ / equivalence of equal arms"));
  }

  private void row(StringBuilder t, String name, double sd) {
    var difference = Power.differenceSampleSize(plan.smallestEffect(), sd, alpha, DecisionRule.POWER);
    var equivalence = Power.equivalenceSampleSize(plan.smallestEffect(), sd, equivalenceAlpha, DecisionRule.POWER);
    t.append(String.format(Locale.ROOT, "    %-24s %17.4f %14.4f   %s / %s%n", name, sd, detectable(sd), seeds(difference), seeds(equivalence)));
  }

  private static String seeds(OptionalLong n) {
    return n.isPresent() ? String.format(Locale.ROOT, "%,d", n.getAsLong()) : String.format(Locale.ROOT, "more than %,d", Power.MOST_PAIRS);
  }
}
