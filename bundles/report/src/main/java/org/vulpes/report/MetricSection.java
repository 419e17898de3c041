package org.vulpes.report;

import java.util.ArrayList;
import java.util.List;
import org.vulpes.study.Arm;
import org.vulpes.study.StudyPlan;
import org.vulpes.study.StudyResult;
import org.vulpes.study.statistics.Moments;

/** The metric itself: its noise over seeds, every value, its rows by domain, and what plain compressors reach on the same text. */
final class MetricSection {
  private final StudyResult result;
  private final StudyPlan plan;
  private final Tally tally;

  MetricSection(StudyResult result) {
    this.result = result;
    plan = result.plan();
    tally = new Tally(result);
  }

  Block section() {
    var out = new ArrayList<Block>();
    if (!tally.single()) {
      out.add(new Block.Grid("Noise of the metric: " + plan.metric().words() + " over seeds.", noise()));
      if (!result.pilot().isEmpty()) out.add(new Block.Paragraph("Pilot.", pilot()));
      out.add(new Block.Fold("Every value, seed by seed", List.of(new Block.Grid(Sentences.begun(plan.metric().words()) + " at the final step.", values()))));
    }
    var domains = new ArrayList<>(tally.domains());
    if (!domains.isEmpty()) {
      out.add(new Block.Grid("Bits per byte by domain" + (tally.single() ? "" : ", mean ± standard deviation over seeds") + ".", byDomain(domains)));
      out.addAll(new ComparisonSection(result).byDomain(domains));
    }
    references(out);
    return new Block.Section("The metric: noise, domains, references", out);
  }

  private Table noise() {
    var table = new Table("arm", "seeds", "mean", "standard deviation", "lowest", "highest");
    for (Arm a : plan.arms()) {
      Moments m = tally.metric(a.name());
      var range = tally.finished(a.name()).stream().mapToDouble(plan.metric()::of).filter(Double::isFinite).summaryStatistics();
      table.row(a.name(), Figures.count(m.n()), Figures.bits(m.mean()), m.n() < 2 ? Figures.NONE : Figures.size(m.sd()), Figures.bits(range.getMin()), Figures.bits(range.getMax()));
    }
    return table;
  }

  private String pilot() {
    double[] bits = result.pilot().stream().mapToDouble(plan.metric()::of).filter(Double::isFinite).toArray();
    Moments m = Moments.of(bits);
    return Figures.number(result.pilot().size(), "trial") + " of " + plan.baseline() + " at seeds of their own (" + String.join(", ", result.pilot().stream().map(t -> String.valueOf(t.seed())).toList())
        + "), which decide nothing, told the noise beforehand: " + VerdictTable.spread(m) + " " + plan.metric().words() + ".";
  }

  private Table values() {
    var headings = new ArrayList<>(List.of("seed"));
    plan.arms().forEach(a -> headings.add(a.name()));
    var table = new Table(headings);
    for (long seed : plan.seeds()) {
      var cells = new ArrayList<>(List.of(String.valueOf(seed)));
      for (Arm a : plan.arms()) cells.add(result.trial(a.name(), seed).map(t -> t.finished() ? Figures.bits(plan.metric().of(t)) : t.status()).orElse("to be run"));
      table.row(cells);
    }
    return table;
  }

  private Table byDomain(List<String> domains) {
    var headings = new ArrayList<>(List.of("arm", "mean"));
    headings.addAll(domains);
    var table = new Table(headings);
    for (Arm a : plan.arms()) {
      var cells = new ArrayList<>(List.of(a.name(), VerdictTable.spread(tally.bits(a.name()))));
      tally.domains(a.name()).values().forEach(m -> cells.add(VerdictTable.spread(m)));
      table.row(cells);
    }
    result.references().ifPresent(r -> {
      var gzip = new ArrayList<>(List.of("gzip -9", Figures.bits(r.gzip())));
      domains.forEach(d -> gzip.add(Figures.bits(r.gzipByDomain().getOrDefault(d, Double.NaN))));
      var ngram = new ArrayList<>(List.of("byte 5-gram", Figures.bits(r.ngram())));
      domains.forEach(d -> ngram.add(Figures.bits(r.ngramByDomain().getOrDefault(d, Double.NaN))));
      table.row(gzip).row(ngram);
    });
    return table;
  }

  private void references(List<Block> out) {
    if (result.references().isEmpty()) return;
    var r = result.references().get();
    var table = new Table("reference", "bits per byte", plan.baseline() + " against it");
    double base = tally.bits(plan.baseline()).mean();
    table.row("gzip -9", Figures.bits(r.gzip()), Figures.against(base, r.gzip()));
    table.row("byte 5-gram", Figures.bits(r.ngram()), Figures.against(base, r.ngram()));
    out.add(new Block.Grid("References on the same validation text.", table));
    out.add(new Block.Paragraph("", "gzip -9 has seen no training text. The byte 5-gram (interpolated Kneser-Ney) was trained on " + Figures.count(r.trainedBytes()) + " bytes, the text taught to "
        + plan.baseline() + " at its first seed, so it knows what the model knew."));
  }
}
