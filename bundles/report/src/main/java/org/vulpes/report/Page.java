package org.vulpes.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.osgi.framework.FrameworkUtil;
import org.vulpes.study.Arm;
import org.vulpes.study.StudyPlan;
import org.vulpes.study.StudyResult;
import org.vulpes.study.TrialResult;
import org.vulpes.study.statistics.TTest;
import org.vulpes.study.statistics.Verdict;

/** The Markdown page of a study: the answer in the first screen, then what it rests on, then how to do it again. */
final class Page {
  private final StudyResult result;
  private final StudyPlan plan;
  private final Tally tally;
  private final StringBuilder out = new StringBuilder();
  private final Map<String, String> drawings = new LinkedHashMap<>();

  Page(StudyResult result) {
    this.result = result;
    plan = result.plan();
    tally = new Tally(result);
  }

  /** File name and content of each drawing that the text refers to; complete once the text is. */
  Map<String, String> drawings() {
    return drawings;
  }

  String text() {
    answer();
    if (!tally.single()) differences();
    domains();
    references();
    curves();
    arms();
    trials();
    if (!tally.single()) statistics();
    sample();
    provenance();
    return out.toString();
  }

  private void answer() {
    out.append("# ").append(Markdown.text(plan.name())).append("\n\n");
    if (!plan.question().isBlank()) paragraph("**" + Markdown.text(plan.question()) + "**");
    if (!result.exploratory().isEmpty()) paragraph("> **Exploratory.** " + Markdown.text(result.exploratory()));
    for (String note : tally.notes()) paragraph("> " + Markdown.text(note));
    if (tally.single()) {
      var bits = tally.bits(plan.baseline());
      paragraph(bits.n() == 0 ? "No trial has finished yet, so there is no number to report." : "A single run without arms to compare it with: "
          + Figures.bits(bits.mean()) + " bits per byte on validation text. One run says nothing about how much another seed would differ.");
    } else {
      var sentences = new Sentences(result);
      for (Verdict v : result.verdicts()) out.append("- ").append(Markdown.text(sentences.of(v))).append('\n');
      out.append('\n');
    }
    out.append(new VerdictTable(result).table().markdown()).append('\n');
    paragraph("Bits per byte of validation text at the final step, mean over domains" + (tally.single() ? "" : ", mean ± standard deviation over seeds") + "; lower is better."
        + (tally.single() ? "" : " Differences are arm minus baseline over paired seeds; δ = " + Figures.plain(plan.smallestEffect()) + ", α = "
            + Figures.plain(plan.alpha()) + "."));
  }

  private void differences() {
    String says = String.join(" ", result.verdicts().stream().map(v -> v.name() + ": mean " + Figures.difference(v.meanDifference()) + ", " + v.kind().words() + ".").toList());
    drawing("differences.svg", "Every paired difference to " + plan.baseline() + " as a dot. " + says, DifferenceChart.draw(result, says));
  }

  private void domains() {
    var domains = new ArrayList<>(tally.domains());
    if (domains.isEmpty()) return;
    heading("By domain");
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
    out.append(table.markdown()).append('\n');
    if (tally.single()) return;
    var differences = new Table(concat(List.of("difference to " + plan.baseline()), domains));
    for (Verdict v : result.verdicts()) {
      var cells = new ArrayList<>(List.of(v.name()));
      for (String d : domains) {
        double[] x = tally.pairs(v.name(), t -> t.byDomain().getOrDefault(d, Double.NaN)).stream().mapToDouble(Tally.Pair::difference).toArray();
        var test = TTest.oneSample(x);
        var interval = test.interval(1 - plan.alpha());
        cells.add(Figures.difference(test.estimate()) + (interval.isDefined() ? " (" + Sentences.range(interval) + ")" : ""));
      }
      differences.row(cells);
    }
    out.append(differences.markdown()).append('\n');
    paragraph("Mean paired difference with its " + Figures.level(plan.alpha()) + " interval. Domains are shown, not judged: only the mean over them was declared, "
        + "and among so many intervals some miss 0 by chance.");
  }

  private void references() {
    if (result.references().isEmpty()) return;
    var r = result.references().get();
    heading("References");
    paragraph("Both read the same validation text as the arms. `gzip -9` has seen no training text. The byte 5-gram (interpolated Kneser-Ney) was trained on "
        + Figures.count(r.trainedBytes()) + " bytes, the text taught to " + Markdown.text(plan.baseline()) + " at its first seed, so it knows what the model knew.");
    var table = new Table("reference", "bits per byte", plan.baseline() + " against it");
    double base = tally.bits(plan.baseline()).mean();
    table.row("gzip -9", Figures.bits(r.gzip()), Figures.against(base, r.gzip()));
    table.row("byte 5-gram", Figures.bits(r.ngram()), Figures.against(base, r.ngram()));
    out.append(table.markdown()).append('\n');
  }

  private void curves() {
    var curves = new Curves(result);
    var bits = curves.bitsPerByte();
    String band = "Line: mean over finished seeds. Band: from the lowest to the highest seed. A thin line with a cross: a trial that diverged or failed, not in the mean.";
    boolean any = false;
    if (!bits.isEmpty()) {
      heading("Learning curves");
      any = true;
      String says = "Bits per byte on validation text over training tokens, by arm.";
      drawing("bits-per-byte.svg", says, LineChart.draw("Bits per byte over tokens", says + " " + band, "tokens", curves.panels("bits per byte", bits)));
    }
    var loss = curves.loss();
    if (!loss.isEmpty()) {
      if (!any) heading("Learning curves");
      any = true;
      String says = "Training loss over training tokens, by arm, in nats per token.";
      drawing("loss.svg", says, LineChart.draw("Training loss over tokens", says + " " + band, "tokens", curves.panels("training loss, nats per token", loss)));
    }
    if (any) {
      paragraph(band + " The training loss is smoothed: each point is the mean over 1/" + TrialCurve.BINS + " of the token budget (about "
          + Figures.number(curves.stepsByBin(), "step") + "). It is measured on the text being taught, by token: arms with another tokenizer or curriculum are compared by "
          + "bits per byte only.");
    }
    heading("Curricula");
    String says = "Sequence length, batch, learning rate and shares of the domains over training tokens, by arm.";
    drawing("curricula.svg", says, CurriculumChart.draw(plan, curves.learningRate(), says));
    var table = new Table("arm", "lesson ", "from token", "sequence length", "batch, tokens", "weights of domains ");
    for (Arm a : plan.arms()) {
      for (var p : a.lessons()) {
        var weights = String.join(", ", p.lesson().domainWeights().entrySet().stream().map(e -> e.getKey() + " " + Figures.plain(e.getValue())).toList());
        table.row(a.name(), p.name(), Figures.count(p.fromToken()), Figures.count(p.lesson().sequenceLength()), Figures.count(p.lesson().batchTokens()),
            weights.isEmpty() ? "by their sizes" : weights);
      }
    }
    out.append(table.markdown()).append('\n');
  }

  private void arms() {
    heading("Arms side by side");
    var parts = new TreeSet<String>();
    for (Arm a : plan.arms()) parts.addAll(a.parameters().byPart().keySet());
    Arm base = plan.arm(plan.baseline());
    var sizes = new Table(concat(List.of("arm", "parameters", "non-embedding", "vocabulary"), List.copyOf(parts)));
    for (Arm a : plan.arms()) {
      var cells = new ArrayList<>(List.of(a.name(), beside(a.parameters().total(), base.parameters().total(), a == base),
          beside(a.parameters().nonEmbedding(), base.parameters().nonEmbedding(), a == base), Figures.count(a.vocabulary())));
      for (String p : parts) cells.add(Figures.count(a.parameters().byPart().getOrDefault(p, 0L)));
      sizes.row(cells);
    }
    out.append(sizes.markdown()).append('\n');
    var costs = new Table("arm", "FLOPs planned", "FLOPs", "tokens", "steps", "bytes of text", "wall time");
    for (Arm a : plan.arms()) {
      costs.row(a.name(), Figures.flops(a.flops()) + (a == base ? "" : " (" + Figures.against(a.flops(), base.flops()) + ")"),
          Figures.flops(mean(a, TrialResult::flops)), Figures.count(mean(a, TrialResult::tokens)), Figures.count(mean(a, TrialResult::steps)),
          Figures.count(mean(a, TrialResult::bytes)), Figures.duration(mean(a, TrialResult::seconds)));
    }
    out.append(costs.markdown()).append('\n');
    paragraph("A trial each, mean over finished trials; in brackets against the baseline. FLOPs are counted by the operations' rules, output layer included. Wall time is of "
        + Figures.number(plan.sideBySide(), "trial") + " side by side with " + Figures.number(plan.threads(), "thread") + " each, and depends on what else the machine did.");
    for (Arm a : plan.arms()) {
      if (tally.single() && a.changes().isBlank()) continue;
      paragraph("**" + Markdown.text(a.name()) + "** changes" + (a.changes().isBlank() ? " nothing of the common configuration." : ":"));
      if (!a.changes().isBlank()) out.append(Markdown.block("hocon", a.changes())).append('\n');
      a.match().ifPresent(m -> paragraph(Markdown.text("It is matched to " + plan.baseline() + ": " + m.words() + ".")));
    }
  }

  private static String beside(long n, long base, boolean baseline) {
    return Figures.count(n) + (baseline ? "" : " (" + Figures.against(n, base) + ")");
  }

  private double mean(Arm arm, java.util.function.ToDoubleFunction<TrialResult> quantity) {
    return tally.moments(arm.name(), quantity).mean();
  }

  private void trials() {
    heading("Every trial");
    paragraph(Figures.count(plan.trials() - result.missing()) + " of " + Figures.number(plan.trials(), "trial") + " ended, " + Figures.count(tally.lost().size())
        + " of them without a number (diverged or failed)." + (tally.lost().isEmpty() ? "" : " They are counted and named, never left out silently."));
    var table = new Table("arm", "seed", "status ", "bits per byte", "steps", "tokens", "wall time", "epochs ", "reason ");
    for (Arm a : plan.arms()) {
      for (long seed : plan.seeds()) {
        var t = result.trial(a.name(), seed);
        if (t.isEmpty()) {
          table.row(a.name(), String.valueOf(seed), "to be run", "", "", "", "", "", "");
          continue;
        }
        var r = t.get();
        var epochs = String.join(", ", r.epochs().entrySet().stream().map(e -> e.getKey() + " " + Figures.correlation(e.getValue())).toList());
        table.row(a.name(), String.valueOf(seed), r.status(), Figures.bits(r.bitsPerByte()), Figures.count(r.steps()), Figures.count(r.tokens()),
            Figures.duration(r.seconds()), epochs, r.reason());
      }
    }
    out.append(table.markdown()).append('\n');
  }

  private void statistics() {
    heading("What the verdicts rest on");
    var table = new Table("arm", "pairs", "sd of differences", "correlation of pairs", "p", "Holm p", "equivalence p", "its Holm p", "sign-flip p", "detectable at 80 %");
    for (Verdict v : result.verdicts()) {
      table.row(v.name(), Figures.count(v.pairs()), Double.isFinite(v.sd()) ? Figures.size(v.sd()) : Figures.NONE, Figures.correlation(v.correlation()), Figures.p(v.p()),
          Figures.p(v.pHolm()), Figures.p(v.pEquivalence()), Figures.p(v.pEquivalenceHolm()), Figures.p(v.pSignFlip()), detectable(v));
    }
    out.append(table.markdown()).append('\n');
    paragraph("The rule, fixed in the plan: a two-sided paired t test, Holm-adjusted over the " + Figures.number(plan.family(), "comparison") + ", decides better or worse at α = "
        + Figures.plain(plan.alpha()) + "; two one-sided t tests against ±δ = " + Figures.plain(plan.smallestEffect()) + " at the same α, Holm-adjusted over their own family, "
        + "decide equivalent. Intervals are not adjusted. A difference that is not significant is not the same as no difference: it reads undecided. Seeds added after reading "
        + "this page are a further look, for which these p-values do not account.");
    int most = result.verdicts().stream().mapToInt(Verdict::pairs).max().orElse(0);
    double least = Math.scalb(1.0, 1 - Math.max(1, most));
    paragraph("The exact sign-flip p is shown beside the t test because it needs no normal distribution; it decides nothing." + (most > 0 && least >= plan.alpha()
        ? " With " + Figures.number(most, "pair") + " it cannot fall below " + Figures.plain(least) + ", so it cannot reach p < " + Figures.plain(plan.alpha())
            + (plan.alpha() == 0.05 ? "; that takes 6 pairs." : ".") : ""));
    paragraph("Correlation of pairs is what sharing seeds gains: the nearer to 1, the more of the noise that both arms share drops out of their difference. "
        + "\"Detectable\" is the difference that these many pairs find with 80 % power at the spread seen.");
  }

  private static String detectable(Verdict v) {
    double d = v.pairs() < 2 ? Double.NaN : v.detectableDifference();
    return Double.isFinite(d) ? Figures.size(d) : Figures.NONE;
  }

  private void sample() {
    if (result.sample().isBlank()) return;
    heading("Sample");
    paragraph("Generated by " + Markdown.text(plan.baseline()) + " at its first seed, prompt included; an impression, not a measurement.");
    out.append(Markdown.block("text", result.sample())).append('\n');
  }

  private void provenance() {
    heading("How it was made, and how to do it again");
    var table = new Table("what", "value ");
    table.row("command", result.command());
    table.row("plan hash", plan.hash());
    table.row("corpus hash", plan.corpus());
    table.row("tokenizer fingerprint", plan.tokenizer());
    table.row("training and validation text", String.join(", ", plan.domains().entrySet().stream()
        .map(e -> e.getKey() + " " + Figures.count(e.getValue()[0]) + " + " + Figures.count(e.getValue()[1]) + " bytes").toList()));
    table.row("tokens a trial", Figures.count(plan.tokens()));
    table.row("seeds", String.join(", ", plan.seeds().stream().map(String::valueOf).toList()));
    table.row("metric", plan.metric());
    table.row("device", plan.device());
    table.row("report written by", "Vulpes " + version() + " on " + System.getProperty("java.vm.name") + " " + Runtime.version() + ", " + System.getProperty("os.name") + " "
        + System.getProperty("os.arch"));
    for (Arm a : plan.arms()) table.row("configuration of " + a.name(), a.hash());
    out.append(table.markdown()).append('\n');
    paragraph("The whole configuration, resolved, is `study.conf` beside this page; each trial's own is `trials/<arm>-s<seed>/config.conf`, its curves `metrics.jsonl`, its record "
        + "`journal.jsonl`. The command above, given again, keeps the trials that are there and runs what is missing; with another folder for `storage.runs` it trains "
        + "everything anew. The same version on the same device gives the same bits; the hashes tell whether question, text and tokenizer were the same.");
    if (!result.command().isBlank()) out.append(Markdown.block("sh", result.command()));
  }

  /** Of this bundle; "unknown" outside the framework. */
  private static String version() {
    var bundle = FrameworkUtil.getBundle(Page.class);
    return bundle == null ? "of unknown version" : bundle.getVersion().toString();
  }

  private void heading(String words) {
    out.append("## ").append(words).append("\n\n");
  }

  private void paragraph(String words) {
    out.append(words).append("\n\n");
  }

  private void drawing(String name, String words, String svg) {
    drawings.put(name, svg);
    out.append("![").append(Markdown.text(words)).append("](report/").append(name).append(")\n\n");
  }

  private static List<String> concat(List<String> a, List<String> b) {
    var all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }
}
