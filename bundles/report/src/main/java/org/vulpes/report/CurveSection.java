package org.vulpes.report;

import java.util.ArrayList;
import java.util.List;
import org.vulpes.study.Arm;
import org.vulpes.study.StudyPlan;
import org.vulpes.study.StudyResult;

/** How the arms learnt, and what they were taught when. */
final class CurveSection {
  private static final String BAND = "Line: mean over finished seeds. Band: from the lowest to the highest seed. A thin line with a cross: a trial that diverged or failed, not in the mean.";

  private final StudyPlan plan;
  private final Curves curves;

  CurveSection(StudyResult result) {
    plan = result.plan();
    curves = new Curves(result);
  }

  List<Block> sections() {
    var out = new ArrayList<Block>();
    var learning = new ArrayList<Block>();
    if (!plan.metric().isBits()) figure(learning, "metric", plan.metric().words(), Sentences.begun(plan.metric().words()) + " by arm.", curves.metric(), BAND + " The first point is the model as it began.");
    figure(learning, "reward", "reward", "Mean reward of what the policy wrote, by arm.", curves.reward(), BAND + " What is written to learn from, at the rollouts' temperature, on problems for training.");
    curves.contained().forEach(sentence -> learning.add(new Block.Warning("", sentence)));
    curves.decoders().forEach(sentence -> learning.add(new Block.Paragraph("", sentence)));
    figure(learning, "bits-per-byte", "bits per byte", "Bits per byte on validation text by arm.", curves.bitsPerByte(), BAND);
    figure(learning, "loss", "training loss, nats per token", "Training loss by arm.", curves.loss(), BAND + " Each point is the mean over 1/" + TrialCurve.BINS
        + " of the token budget (about " + Figures.number(curves.stepsByBin(), "step") + "). The training loss is measured on the text being taught, by token: arms with another tokenizer or "
        + "curriculum are compared by bits per byte only.");
    if (!learning.isEmpty()) {
      learning.add(new Block.Paragraph("", "FLOPs are counted by the operations' rules, output layer included. Seconds are read off the trials' clocks at each evaluation, mean over "
          + "seeds; they depend on what else the machine did."));
      out.add(new Block.Section("Learning curves", learning));
    }
    out.add(curricula());
    return out;
  }

  private static void figure(List<Block> out, String name, String quantity, String says, List<Series> series, String caption) {
    if (series.isEmpty()) return;
    var chart = new CurveChart(quantity, series);
    var views = new ArrayList<Block.View>();
    for (var by : Series.By.values()) {
      var drawings = chart.draw(name + "-over-" + by.name().toLowerCase(java.util.Locale.ROOT), by, says + " " + ends(series));
      if (!drawings.isEmpty()) views.add(new Block.View("over " + by.words, drawings));
    }
    out.add(new Block.Figure(caption, views));
  }

  /** The last value of each curve in words. */
  private static String ends(List<Series> series) {
    return "It ends at " + String.join(", ", series.stream().filter(s -> !s.ended() && !s.isEmpty()).map(s -> s.arm() + " " + Figures.bits(s.mean()[s.mean().length - 1])).toList()) + ".";
  }

  private Block curricula() {
    var table = new Table("arm", "lesson ", "from token", "sequence length", "batch, tokens", "weights of domains ");
    for (Arm a : plan.arms()) {
      for (var p : a.lessons()) {
        var weights = String.join(", ", p.lesson().domainWeights().entrySet().stream().map(e -> e.getKey() + " " + Figures.plain(e.getValue())).toList());
        table.row(a.name(), p.name(), Figures.count(p.fromToken()), Figures.count(p.lesson().sequenceLength()), Figures.count(p.lesson().batchTokens()),
            weights.isEmpty() ? "by their sizes" : weights);
      }
    }
    var drawings = new CurriculumChart(plan).draw(curves.learningRate(), "The table below says the same in numbers.");
    var blocks = new ArrayList<Block>();
    if (!drawings.isEmpty()) blocks.add(new Block.Figure("What is taught when. Arms that are taught alike are drawn once.", List.of(new Block.View("curricula", drawings))));
    blocks.add(new Block.Grid("Lessons by arm.", table));
    return new Block.Section("Curricula", blocks);
  }
}
