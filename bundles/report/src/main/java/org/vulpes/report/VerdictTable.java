package org.vulpes.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.study.Arm;
import org.vulpes.study.StudyResult;
import org.vulpes.study.statistics.Moments;
import org.vulpes.study.statistics.Verdict;

/** The answer of a study as one table, and for the terminal the lines below it: references, domains, losses. */
final class VerdictTable {
  static final int WIDTH = 120;

  private final StudyResult result;
  private final Tally tally;

  VerdictTable(StudyResult result) {
    this.result = result;
    tally = new Tally(result);
  }

  Table table() {
    var headings = new ArrayList<>(List.of("arm", "parameters", result.plan().metric().words()));
    if (tally.matched()) headings.add(1, "matched ");
    if (!tally.single()) {
      headings.addAll(List.of("difference [" + Figures.level(result.plan().alpha()) + " interval]", "p", "Holm p", result.exploratory().isEmpty() ? "verdict " : "verdict (exploratory) "));
    }
    var table = new Table(headings);
    for (Arm arm : result.plan().arms()) {
      var cells = new ArrayList<>(List.of(arm.name(), Figures.count(arm.parameters().total()), spread(tally.metric(arm.name()))));
      if (tally.matched()) cells.add(1, arm.match().map(m -> m.quantity().brief()).orElse(arm.name().equals(result.plan().baseline()) ? "" : "not"));
      if (!tally.single()) cells.addAll(verdict(arm));
      table.row(cells);
    }
    return table;
  }

  private List<String> verdict(Arm arm) {
    if (arm.name().equals(result.plan().baseline())) return List.of("", "", "", "baseline");
    Verdict v = result.verdicts().stream().filter(x -> x.name().equals(arm.name())).findFirst().orElse(null);
    if (v == null) return List.of("", "", "", "");
    String interval = v.interval().isDefined() ? " [" + Figures.difference(v.interval().low()) + ", " + Figures.difference(v.interval().high()) + "]" : "";
    String more = v.moreSeeds().isPresent() ? " (+" + Figures.number(v.moreSeeds().getAsLong(), "seed") + ")" : "";
    return List.of(Figures.difference(v.meanDifference()) + interval, Figures.p(v.p()), Figures.p(v.pHolm()), v.kind().words() + more);
  }

  /** "1.2345 ± 0.0012"; the mean alone below two values. */
  static String spread(Moments m) {
    return m.n() < 2 ? Figures.bits(m.mean()) : Figures.bits(m.mean()) + " ± " + Figures.bits(m.sd());
  }

  String plain() {
    var out = new StringBuilder(table().plain(WIDTH));
    var lines = new ArrayList<String[]>();
    for (Arm arm : result.plan().arms()) {
      var means = new TreeMap<String, Double>();
      tally.domains(arm.name()).forEach((d, m) -> means.put(d, m.mean()));
      if (!tally.finished(arm.name()).isEmpty()) lines.add(new String[] {arm.name(), Figures.bits(tally.bits(arm.name()).mean()), domains(means)});
    }
    result.references().ifPresent(r -> {
      lines.add(new String[] {"gzip -9", Figures.bits(r.gzip()), domains(r.gzipByDomain())});
      lines.add(new String[] {"byte 5-gram", Figures.bits(r.ngram()), domains(r.ngramByDomain())});
    });
    if (tally.matched()) {
      out.append("\nmatched to ").append(result.plan().baseline()).append('\n');
      for (Arm arm : result.plan().arms()) {
        arm.match().ifPresent(m -> out.append(wrapped(arm.name() + "  " + m.words(), 2, 0)).append('\n'));
      }
    }
    if (!lines.isEmpty()) {
      out.append("\nbits per byte by domain\n");
      int name = Math.min(24, lines.stream().mapToInt(l -> l[0].length()).max().orElse(0));
      for (String[] l : lines) {
        String first = l[0].length() > name ? l[0] + "\n" + " ".repeat(name) : l[0] + " ".repeat(name - l[0].length());
        out.append(first).append("  ").append(wrapped(l[1] + "  " + l[2], name + 10, name + 2)).append('\n');
      }
    }
    List<String> evaluations = EvaluationTable.lines(result);
    if (!evaluations.isEmpty()) out.append("\nevaluations at the last step: mean ± deviation over seeds, difference [95 % interval], not adjusted\n");
    for (String l : evaluations) out.append(l).append('\n');
    var notes = new ArrayList<>(tally.notes());
    if (!result.exploratory().isEmpty()) notes.add("Exploratory: " + result.exploratory());
    for (Verdict v : result.verdicts()) {
      var seeds = tally.lostSeeds(v);
      if (!seeds.isEmpty()) notes.add("The comparison of " + v.name() + " lost " + (seeds.size() == 1 ? "seed " : "seeds ") + String.join(", ", seeds.stream().map(String::valueOf).toList()) + ".");
    }
    if (!tally.single()) notes.add((result.plan().metric().isBits() ? "Bits per byte: " + result.plan().mean() : result.plan().metric().words() + ": " + result.plan().metric().direction()) + "; ± is the standard deviation over seeds. " + Sentences.adjustment(result.plan()));
    if (result.verdicts().stream().anyMatch(v -> v.moreSeeds().isPresent())) {
      notes.add("(+n seeds): about so many more would decide, with 80 % power, at a look that was declared; seeds added without one leave no α, so ask anew with new seeds.");
    }
    if (!notes.isEmpty()) out.append('\n');
    for (String n : notes) out.append(wrapped(n, 2, 0)).append('\n');
    return out.toString();
  }

  private static String domains(SortedMap<String, Double> byDomain) {
    // A no-break space holds a domain and its number together when the line is wrapped.
    return String.join("  ", byDomain.entrySet().stream().map(e -> e.getKey() + "\u00a0" + Figures.bits(e.getValue())).toList());
  }

  /** Breaks at blanks; lines after the first begin with {@code indent} of them. @param used columns that stand before the first line */
  private static String wrapped(String text, int indent, int used) {
    var out = new StringBuilder();
    int column = used;
    for (String word : Arrays.asList(text.split("(?<= )(?! )"))) {
      if (column + word.stripTrailing().length() > WIDTH && column > indent) {
        out.setLength(out.toString().stripTrailing().length());
        out.append('\n').append(" ".repeat(indent));
        column = indent;
      }
      out.append(word);
      column += word.length();
    }
    return out.toString().stripTrailing().replace('\u00a0', ' ');
  }
}
