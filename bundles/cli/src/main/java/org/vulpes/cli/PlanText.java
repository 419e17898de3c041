package org.vulpes.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.vulpes.study.Arm;
import org.vulpes.study.Steps;
import org.vulpes.study.Study;
import org.vulpes.study.StudyPlan;
import org.vulpes.study.TrialResult;
import org.vulpes.study.statistics.Verdict;

/** A plan as text for a terminal. */
final class PlanText {
  private PlanText() {}

  /** @param plan of the study, or the same with its time @param pilot results of its pilot */
  static String of(StudyPlan plan, Study of, List<TrialResult> pilot) {
    List<TrialResult> results = of.results();
    List<Verdict> pairs = of.pairs();
    var t = new StringBuilder();
    boolean study = plan.family() > 0;
    t.append(study ? "Study " : "Run ").append(plan.name());
    if (!plan.question().isEmpty()) t.append(": ").append(plan.question());
    t.append('\n');
    row(t, "trials", study
        ? "%d arms × %d seeds = %d, %s tokens each; %d side by side on %d thread%s each".formatted(plan.arms().size(), plan.seeds().size(), plan.trials(), budgets(plan),
            plan.sideBySide(), plan.threads(), plan.threads() == 1 ? "" : "s")
        : "%,d tokens on %d thread%s".formatted(plan.tokens(), plan.threads(), plan.threads() == 1 ? "" : "s"));
    if (!results.isEmpty()) row(t, "ended", results.size() + " of " + plan.trials() + " before; they are kept");
    more(t, "pilot", plan.pilotCost(), plan.baseline() + " at " + plan.design().pilot().size() + " seeds of its own" + (pilot.isEmpty() ? "" : ", of which " + pilot.size() + " are there"));
    var grid = plan.design().tuning();
    more(t, "tuning", plan.tuningCost(), grid.points().size() + " settings of " + String.join(" and ", grid.values().keySet()) + " × " + plan.arms().size() + " arms × " + grid.seeds().size()
        + (grid.seeds().size() == 1 ? " seed" : " seeds"));
    if (plan.savedFlops() > 0) {
      var begins = plan.arms().stream().filter(a -> a.shared().isPresent()).map(a -> String.format(Locale.ROOT, "%s begins at %.0f %% of %s", a.name(), 100.0 * a.shared().get().token() / a.tokens(),
          a.shared().get().from())).toList();
      double all = plan.cost().flops() + plan.savedFlops();
      row(t, "shared", String.format(Locale.ROOT, "%s: %.2e of %.2e FLOPs are saved (%.0f %%), with the same bits; study.share = off trains every arm by itself", String.join(", ", begins),
          plan.savedFlops(), all, 100 * plan.savedFlops() / all));
    }
    row(t, "device", plan.device());
    row(t, "memory", memory(of.memory()));
    var text = new StringBuilder();
    for (Map.Entry<String, long[]> d : plan.domains().entrySet()) {
      text.append(text.isEmpty() ? "" : ", ").append(String.format(Locale.ROOT, "%s %s (+%.0f KB validation)", d.getKey(), bytes(d.getValue()[0]), d.getValue()[1] / 1e3));
    }
    row(t, "text", text + "; corpus " + shortHash(plan.corpus()) + ", tokenizer " + shortHash(plan.tokenizer()));
    row(t, "metric", plan.measure() + ", at the final step");
    if (!Double.isNaN(plan.tokensPerSecond())) {
      row(t, "time", String.format(Locale.ROOT, "about %s in all, at %,.0f tokens/s a trial as just measured (%s)", duration(plan.seconds()), plan.tokensPerSecond(), plan.arms().getFirst().name()));
    }
    t.append('\n');
    int width = Math.max(4, plan.arms().stream().mapToInt(a -> a.name().length()).max().orElse(4));
    t.append(String.format(Locale.ROOT, "  %-" + width + "s %12s %14s %9s %8s   %s%n", "arm", "parameters", "not embedding", "FLOPs", "steps", "what it changes"));
    for (Arm a : plan.arms()) {
      boolean base = a.name().equals(plan.baseline());
      String changes = base && study ? "(the baseline" + (a.changes().isEmpty() ? ")" : ") " + oneLine(a)) : oneLine(a) + (study && a.match().isEmpty() ? " (not matched)" : "");
      t.append(String.format(Locale.ROOT, "  %-" + width + "s %,12d %,14d %9.2e %8s   %s%n", a.name(), a.parameters().total(), a.parameters().nonEmbedding(), a.flops(), steps(a.steps()), changes));
      a.match().ifPresent(m -> t.append(" ".repeat(2 + width + 13 + 15 + 10 + 9 + 3)).append("matched: ").append(m.words()).append('\n'));
    }
    if (study) t.append('\n').append(PowerText.of(plan, pilot, pairs));
    for (String caution : plan.cautions()) t.append("  ").append(caution).append('\n');
    return t.toString();
  }

  /** @param bytes by arm */
  private static String memory(SortedMap<String, Long> bytes) {
    var of = bytes.values().stream().mapToLong(Long::longValue).summaryStatistics();
    String range = of.getMin() == of.getMax() ? "" : String.format(Locale.ROOT, "%,.0f to ", of.getMin() / 1e6);
    return range + String.format(Locale.ROOT, "%,.0f MB on the device for a trial: weights, gradients, moments, and what the largest micro-batch takes", of.getMax() / 1e6);
  }

  private static String budgets(StudyPlan plan) {
    var of = plan.arms().stream().mapToLong(Arm::tokens).summaryStatistics();
    return of.getMin() == of.getMax() ? "%,d".formatted(of.getMin()) : "%,d to %,d".formatted(of.getMin(), of.getMax());
  }

  private static String oneLine(Arm a) {
    return a.changes().replace("\n", ", ");
  }

  private static void row(StringBuilder t, String name, String value) {
    t.append(String.format("  %-8s %s%n", name, value));
  }

  /** Trials beside those that decide. */
  private static void more(StringBuilder t, String name, StudyPlan.Cost cost, String what) {
    if (cost.trials() == 0) return;
    row(t, name, String.format(Locale.ROOT, "%s: %d trials, %,d tokens, %.2e FLOPs%s", what, cost.trials(), cost.tokens(), cost.flops(),
        Double.isNaN(cost.seconds()) ? "" : ", about " + duration(cost.seconds())));
  }

  private static String bytes(long n) {
    return n < 1e6 ? String.format(Locale.ROOT, "%.0f KB", n / 1e3) : String.format(Locale.ROOT, "%.1f MB", n / 1e6);
  }

  private static String shortHash(String hash) {
    return hash.substring(0, Math.min(12, hash.length()));
  }

  private static String steps(Steps steps) {
    return String.format(Locale.ROOT, steps.exact() ? "%,d" : "≥ %,d", steps.count());
  }

  static String duration(double seconds) {
    long s = Math.round(seconds);
    return s < 60 ? s + " s" : s < 3600 ? s / 60 + " min " + s % 60 + " s" : s / 3600 + " h " + s % 3600 / 60 + " min";
  }
}
