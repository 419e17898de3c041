package org.vulpes.report;

import java.util.ArrayList;
import java.util.List;
import org.vulpes.study.StudyPlan;
import org.vulpes.study.StudyResult;
import org.vulpes.study.statistics.Interval;
import org.vulpes.study.statistics.Moments;
import org.vulpes.study.statistics.Pairs;
import org.vulpes.study.statistics.TTest;
import org.vulpes.study.statistics.Verdict;

/** Every paired difference as a dot and as a number, and the statistics that the verdicts rest on. */
final class ComparisonSection {
  private final StudyResult result;
  private final StudyPlan plan;
  private final Tally tally;

  ComparisonSection(StudyResult result) {
    this.result = result;
    plan = result.plan();
    tally = new Tally(result);
  }

  Block section() {
    var out = new ArrayList<Block>();
    String says = String.join(" ", result.verdicts().stream().map(v -> v.name() + ": mean " + Figures.difference(v.meanDifference())
        + (v.interval().isDefined() ? ", interval " + Sentences.range(v.interval()) : "") + ", " + v.kind().words() + ".").toList());
    out.add(new Block.Figure("Open dots: one seed each. Filled diamond: their mean, with its " + Figures.level(plan.alpha()) + " interval (an arrowhead where the drawing cuts it). Grey: differences within ±δ = "
        + Figures.plain(plan.smallestEffect()) + " (" + plan.metric().words() + "), which do not matter.", List.of(new Block.View("differences", List.of(new DifferenceChart(result).draw(says))))));
    out.add(new Block.Grid("What the verdicts rest on: estimates, " + plan.metric().words() + ".", estimates()));
    out.add(new Block.Grid("What the verdicts rest on: tests.", tests()));
    out.add(new Block.Grid("How sharp the comparisons are, " + plan.metric().words() + ".", precision()));
    out.add(new Block.Paragraph("Reading it.", reading()));
    out.add(new Block.Paragraph("", exact()));
    out.add(new Block.Grid("Differences to " + plan.baseline() + ", seed by seed, " + plan.metric().words() + "." + (plan.seeds().stream().anyMatch(s -> result.verdicts().stream().anyMatch(v -> waits(v, s)))
        ? " With *: after the look that the verdicts are of, so not in the mean." : ""), pairs()));
    return new Block.Section("Every paired difference", out);
  }

  private Table estimates() {
    var table = new Table("arm", "pairs", "mean difference", Figures.level(plan.alpha()) + " interval", Figures.level(2 * plan.alpha()) + " interval", "verdict ");
    for (Verdict v : result.verdicts()) {
      table.row(v.name(), Figures.count(v.pairs()), Figures.difference(v.meanDifference()), range(v.interval()), range(v.equivalenceInterval()), v.kind().words());
    }
    return table;
  }

  private Table tests() {
    var table = new Table("arm", "p", "Holm p", "equivalence p", "its Holm p", "sign-flip p");
    for (Verdict v : result.verdicts()) {
      table.row(v.name(), Figures.p(v.p()), Figures.p(v.pHolm()), Figures.p(v.pEquivalence()), Figures.p(v.pEquivalenceHolm()), Figures.p(v.pSignFlip()));
    }
    return table;
  }

  private Table precision() {
    var table = new Table("arm", "sd of differences", "correlation of pairs [95 % interval]", "detectable at 80 %");
    for (Verdict v : result.verdicts()) table.row(v.name(), Double.isFinite(v.sd()) ? Figures.size(v.sd()) : Figures.NONE, correlation(v), detectable(v));
    return table;
  }

  /** Two pairs always lie on a line, so their correlation says nothing and is left out. */
  private static String correlation(Verdict v) {
    if (v.pairs() < 3) return Figures.NONE;
    var i = Pairs.correlationInterval(v.correlation(), v.pairs(), 0.95);
    return Figures.correlation(v.correlation()) + (i.isDefined() ? " [" + Figures.correlation(i.low()) + ", " + Figures.correlation(i.high()) + "]" : "");
  }

  private static String range(Interval i) {
    return i.isDefined() ? Sentences.range(i) : Figures.NONE;
  }

  private static String detectable(Verdict v) {
    double d = v.pairs() < 2 ? Double.NaN : v.detectableDifference();
    return Double.isFinite(d) ? Figures.size(d) : Figures.NONE;
  }

  private String reading() {
    return "p is of the two-sided paired t test, equivalence p of the two one-sided tests against ±δ; Holm p is the same adjusted "
        + (plan.looks().size() > 1 ? "for all looks so far and " : "") + "over its family of " + Figures.number(plan.family(), "comparison") + ", and it alone decides. Intervals are adjusted for neither; "
        + "without adjustment, arms are different when the " + Figures.level(plan.alpha()) + " interval leaves out 0, and equivalent when the " + Figures.level(2 * plan.alpha())
        + " interval lies within ±δ. A difference that is not significant is not the same as no difference: it reads undecided. "
        + "Correlation of pairs is what sharing seeds gains: the nearer to 1, the more of the noise that both arms share drops out of their difference. \"Detectable\" is the "
        + "difference that these many pairs find with 80 % power at the spread seen. Seeds added after reading this page are a further look, for which these p-values do not account"
        + (plan.looks().size() > 1 ? ", unless they belong to a look that was declared." : ".");
  }

  private String exact() {
    int most = result.verdicts().stream().mapToInt(Verdict::pairs).max().orElse(0);
    double least = Math.scalb(1.0, 1 - Math.max(1, most));
    return "The exact sign-flip p is shown beside the t test because it needs no normal distribution; it decides nothing." + (most > 0 && least >= plan.alpha()
        ? " With " + Figures.number(most, "pair") + " it cannot fall below " + Figures.plain(least) + ", so it cannot reach p < " + Figures.plain(plan.alpha())
            + (plan.alpha() == 0.05 ? "; that takes 6 pairs." : ".") : "");
  }

  private Table pairs() {
    var headings = new ArrayList<>(List.of("seed", plan.baseline()));
    result.verdicts().forEach(v -> headings.add(v.name()));
    var table = new Table(headings);
    for (long seed : plan.seeds()) {
      var cells = new ArrayList<>(List.of(String.valueOf(seed), value(plan.baseline(), seed)));
      for (Verdict v : result.verdicts()) {
        cells.add(tally.pairs(v.name(), plan.metric()::of).stream().filter(p -> p.seed() == seed).map(p -> Figures.difference(p.difference()) + (waits(v, seed) ? "*" : "")).findFirst().orElse(Figures.NONE));
      }
      table.row(cells);
    }
    var means = new ArrayList<>(List.of("mean", Figures.bits(tally.metric(plan.baseline()).mean())));
    result.verdicts().forEach(v -> means.add(Figures.difference(v.meanDifference())));
    return table.row(means);
  }

  /** Whether a seed comes after those that the verdict was reached on. */
  private boolean waits(Verdict v, long seed) {
    return plan.seeds().indexOf(seed) >= v.pairs() + v.lostPairs() && tally.pairs(v.name(), plan.metric()::of).stream().anyMatch(p -> p.seed() == seed);
  }

  private String value(String arm, long seed) {
    return result.trial(arm, seed).map(t -> Figures.bits(plan.metric().of(t))).orElse(Figures.NONE);
  }

  /** Mean paired difference in each domain; empty without comparisons. */
  List<Block> byDomain(List<String> domains) {
    if (result.verdicts().isEmpty()) return List.of();
    var headings = new ArrayList<>(List.of("arm"));
    headings.addAll(domains);
    var table = new Table(headings);
    for (Verdict v : result.verdicts()) {
      var cells = new ArrayList<>(List.of(v.name()));
      for (String d : domains) {
        double[] x = tally.pairs(v.name(), t -> t.byDomain().getOrDefault(d, Double.NaN)).stream().mapToDouble(Tally.Pair::difference).toArray();
        var test = TTest.oneSample(x);
        var interval = test.interval(1 - plan.alpha());
        cells.add(Figures.difference(Moments.of(x).mean()) + (interval.isDefined() ? " (" + Sentences.range(interval) + ")" : ""));
      }
      table.row(cells);
    }
    return List.of(new Block.Grid("Mean paired difference to " + plan.baseline() + " by domain, with its " + Figures.level(plan.alpha()) + " interval.", table),
        new Block.Paragraph("", "Domains are shown, not judged: only the mean over them was declared, and among so many intervals some miss 0 by chance."));
  }
}
