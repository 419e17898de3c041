package org.vulpes.report;

import java.util.ArrayList;
import java.util.List;
import org.vulpes.study.StudyPlan;
import org.vulpes.study.StudyResult;
import org.vulpes.study.statistics.Verdict;

/** The first screen: what stands in the way of an answer, the answer in words, what decided it, and the table of verdicts. */
final class AnswerSection {
  private final StudyResult result;
  private final StudyPlan plan;
  private final Tally tally;

  AnswerSection(StudyResult result) {
    this.result = result;
    plan = result.plan();
    tally = new Tally(result);
  }

  List<Block> blocks() {
    var out = new ArrayList<Block>();
    if (!result.exploratory().isEmpty()) out.add(new Block.Warning("Exploratory.", result.exploratory()));
    for (String note : tally.notes()) out.add(new Block.Warning(result.missing() > 0 && note.equals(tally.notes().getFirst()) ? "Unfinished." : "", note));
    for (String caution : plan.cautions()) out.add(new Block.Warning("", caution));
    if (tally.single()) {
      var reached = tally.metric(plan.baseline());
      out.add(new Block.Paragraph("", reached.n() == 0 ? "No trial has finished yet, so there is no number to report." : "A single run without arms to compare it with: "
          + Figures.bits(reached.mean()) + " " + plan.metric().words() + (plan.metric().isBits() ? " on validation text" : "") + ". One run says nothing about how much another seed would differ."));
    } else {
      var sentences = new Sentences(result);
      out.add(new Block.Answers(result.verdicts().stream().map(v -> new Block.Answer(style(v), mark(v) + v.kind().words(), sentences.of(v))).toList()));
      out.add(new Block.Paragraph("What decided it:", rule()));
    }
    result.remarks().stream().filter(r -> !plan.cautions().contains(r)).forEach(r -> out.add(new Block.Paragraph("", r)));
    out.add(new Block.Grid((plan.metric().isBits() ? "Bits per byte of validation text at the final step, " + plan.mean() : Sentences.begun(plan.metric().words()) + " at the final step")
        + (tally.single() ? "" : "; mean ± standard deviation over seeds") + "; " + plan.metric().direction() + "."
        + (tally.single() ? "" : " Differences are arm minus baseline over paired seeds. " + Sentences.adjustment(plan)), new VerdictTable(result).table()));
    return out;
  }

  private static String style(Verdict v) {
    return switch (v.kind()) {
      case BETTER, BETTER_WITHIN_DELTA -> "better";
      case WORSE, WORSE_WITHIN_DELTA -> "worse";
      case EQUIVALENT, IDENTICAL -> "equal";
      case UNDECIDED -> "undecided";
    };
  }

  /** A sign beside the word, so that a glance tells without colour. */
  private static String mark(Verdict v) {
    return switch (v.kind()) {
      case BETTER, BETTER_WITHIN_DELTA -> "✓ ";
      case WORSE, WORSE_WITHIN_DELTA -> "✗ ";
      case EQUIVALENT -> "≈ ";
      case IDENTICAL -> "= ";
      case UNDECIDED -> "? ";
    };
  }

  private String rule() {
    String alpha = "α = " + Figures.plain(plan.alpha());
    String family = plan.family() == 1 ? "" : ", Holm-adjusted over the " + Figures.number(plan.family(), "comparison") + ",";
    String looks = plan.looks().size() < 2 ? "" : " Looks at the results were declared after " + String.join(", ", plan.looks().stream().map(String::valueOf).toList()) + " seeds, and α is spent over them.";
    return "a two-sided paired t test over " + Figures.number(plan.seeds().size(), "seed") + family + " says better or worse at " + alpha
        + "; two one-sided tests at the same α say equivalent within δ = " + Figures.plain(plan.smallestEffect())
        + " (" + plan.metric().words() + "), the smallest difference that the study calls large enough to matter; everything else is undecided. " + (result.exploratory().isEmpty() ? "The rule was fixed before the first trial."
            : "What is asked was not fixed before the first trial, or was not kept to, so these verdicts suggest and do not confirm.") + looks;
  }
}
