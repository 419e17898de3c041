package org.vulpes.report;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.vulpes.study.Arm;
import org.vulpes.study.StudyPlan;
import org.vulpes.study.StudyResult;
import org.vulpes.study.TrialResult;

/** Arms side by side: what each changes, how large it is, what it cost. */
final class ArmSection {
  private final StudyPlan plan;
  private final Tally tally;

  ArmSection(StudyResult result) {
    plan = result.plan();
    tally = new Tally(result);
  }

  Block section() {
    var out = new ArrayList<Block>();
    for (Arm a : plan.arms()) {
      if (tally.single() && a.changes().isBlank()) continue;
      out.add(new Block.Paragraph(a.name(), "changes" + (a.changes().isBlank() ? " nothing of the common configuration." : ":")));
      if (!a.changes().isBlank()) out.add(new Block.Code("hocon", a.changes()));
      a.match().ifPresent(m -> out.add(new Block.Paragraph("", "It is matched to " + plan.baseline() + ": " + m.words() + ".")));
    }
    out.add(new Block.Grid("Parameters; in brackets against the baseline.", sizes()));
    out.add(new Block.Grid("Cost of a trial, mean over finished trials; in brackets against the baseline.", costs()));
    out.add(new Block.Paragraph("", "FLOPs are counted by the operations' rules, output layer included. Memory is the most that weights, gradients, moments and programs held on the device at one time. Wall time is of "
        + Figures.number(plan.sideBySide(), "trial") + " side by side with " + Figures.number(plan.threads(), "thread") + " each, and depends on what else the machine did."));
    return new Block.Section("Arms side by side", out);
  }

  private Table sizes() {
    var parts = new TreeSet<String>();
    for (Arm a : plan.arms()) parts.addAll(a.parameters().byPart().keySet());
    var headings = new ArrayList<>(List.of("arm", "parameters", "non-embedding", "vocabulary"));
    headings.addAll(parts);
    var table = new Table(headings);
    Arm base = plan.arm(plan.baseline());
    for (Arm a : plan.arms()) {
      var cells = new ArrayList<>(List.of(a.name(), beside(a.parameters().total(), base.parameters().total(), a == base),
          beside(a.parameters().nonEmbedding(), base.parameters().nonEmbedding(), a == base), Figures.count(a.vocabulary())));
      for (String p : parts) cells.add(Figures.count(a.parameters().byPart().getOrDefault(p, 0L)));
      table.row(cells);
    }
    return table;
  }

  private Table costs() {
    Arm base = plan.arm(plan.baseline());
    var table = new Table("arm", "FLOPs planned", "FLOPs", "tokens", "steps", "bytes of text", "wall time", "peak memory");
    for (Arm a : plan.arms()) {
      table.row(a.name(), Figures.flops(a.flops()) + (a == base ? "" : " (" + Figures.against(a.flops(), base.flops()) + ")"), Figures.flops(mean(a, TrialResult::flops)),
          Figures.count(mean(a, TrialResult::tokens)), Figures.count(mean(a, TrialResult::steps)), Figures.count(mean(a, TrialResult::bytes)),
          Figures.duration(mean(a, TrialResult::seconds)), memory(a, base));
    }
    return table;
  }

  private String memory(Arm a, Arm base) {
    double bytes = mean(a, TrialResult::memory);
    return Figures.memory(bytes) + (a == base || !(bytes > 0) ? "" : " (" + Figures.against(bytes, mean(base, TrialResult::memory)) + ")");
  }

  private static String beside(long n, long base, boolean baseline) {
    return Figures.count(n) + (baseline ? "" : " (" + Figures.against(n, base) + ")");
  }

  private double mean(Arm arm, ToDoubleFunction<TrialResult> quantity) {
    return tally.moments(arm.name(), quantity).mean();
  }
}
