package org.vulpes.report;

import java.util.ArrayList;
import java.util.List;
import org.vulpes.study.Arm;
import org.vulpes.study.StudyPlan;
import org.vulpes.study.StudyResult;

/** Every trial with how it ended; those that were lost first, with their reasons. */
final class TrialSection {
  private final StudyResult result;
  private final StudyPlan plan;
  private final Tally tally;

  TrialSection(StudyResult result) {
    this.result = result;
    plan = result.plan();
    tally = new Tally(result);
  }

  Block section() {
    var out = new ArrayList<Block>();
    var lost = tally.lost();
    out.add(new Block.Paragraph("", Figures.count(plan.trials() - result.missing()) + " of " + Figures.number(plan.trials(), "trial") + " ended, " + Figures.count(lost.size())
        + " of them without a number (diverged or failed)." + (lost.isEmpty() ? "" : " They are counted and named, never left out silently.")));
    if (!lost.isEmpty()) {
      var table = new Table("trial", "status ", "steps", "reason ");
      for (var t : lost) table.row(t.arm() + ", seed " + t.seed(), t.status(), Figures.count(t.steps()), t.reason());
      out.add(new Block.Grid("Trials that were lost.", table));
    }
    var table = new Table("arm", "seed", "status ", plan.metric().words(), "steps", "tokens", "wall time", "peak memory", "epochs ");
    for (Arm a : plan.arms()) {
      for (long seed : plan.seeds()) {
        var t = result.trial(a.name(), seed);
        if (t.isEmpty()) {
          table.row(a.name(), String.valueOf(seed), "to be run", "", "", "", "", "", "");
          continue;
        }
        var r = t.get();
        var epochs = String.join(", ", r.epochs().entrySet().stream().map(e -> e.getKey() + " " + Figures.correlation(e.getValue())).toList());
        table.row(a.name(), String.valueOf(seed), r.status(), Figures.bits(plan.metric().of(r)), Figures.count(r.steps()), Figures.count(r.tokens()), Figures.duration(r.seconds()),
            Figures.memory(r.memory()), epochs);
      }
    }
    var all = new Block.Grid("Epochs say how often each domain was taught.", table);
    out.add(plan.trials() > 12 ? new Block.Fold("All " + plan.trials() + " trials", List.of(all)) : all);
    return new Block.Section("Every trial", out);
  }
}
