package org.vulpes.report;

import org.vulpes.study.StudyPlan;
import org.vulpes.study.StudyResult;
import org.vulpes.study.statistics.Interval;
import org.vulpes.study.statistics.Verdict;

/** Verdicts in words: one sentence for each comparison, with the numbers it rests on. */
final class Sentences {
  private final StudyResult result;
  private final Tally tally;

  Sentences(StudyResult result) {
    this.result = result;
    tally = new Tally(result);
  }

  /** Plain text; the subject is the arm. */
  String of(Verdict v) {
    String base = result.plan().baseline();
    String delta = "δ = " + Figures.plain(v.rule().smallestEffect());
    String level = Figures.level(v.rule().alpha());
    String size = Figures.size(v.meanDifference()) + " " + result.plan().metric().words();
    String signed = Figures.difference(v.meanDifference()) + " " + result.plan().metric().words();
    String lost = lost(v);
    return switch (v.kind()) {
      case BETTER, BETTER_WITHIN_DELTA -> v.name() + " is better than " + base + " by " + size + " (" + level + " interval " + size(v.interval(), v.rule().higher())
          + ", " + Figures.equation("Holm p", v.pHolm()) + ", " + seeds(v) + ")" + within(v, delta) + "." + lost;
      case WORSE, WORSE_WITHIN_DELTA -> v.name() + " is worse than " + base + " by " + size + " (" + level + " interval " + size(v.interval(), !v.rule().higher())
          + ", " + Figures.equation("Holm p", v.pHolm()) + ", " + seeds(v) + ")" + within(v, delta) + "." + lost;
      case EQUIVALENT -> v.name() + " and " + base + " are equivalent within " + delta + ": they differ by " + signed + " (" + level + " interval " + range(v.interval())
          + ", " + Figures.equation("equivalence Holm p", v.pEquivalenceHolm()) + ", " + seeds(v) + ")." + lost;
      case IDENTICAL -> v.name() + " and " + base + " are identical: the same " + result.plan().metric().words() + " at every one of " + seeds(v) + "." + lost;
      case UNDECIDED -> "Whether " + v.name() + " is better than " + base + " is undecided: " + undecided(v, level, signed) + lost;
    };
  }

  private String undecided(Verdict v, String level, String signed) {
    if (v.pairs() < 2) return (v.pairs() == 0 ? "no seed has" : "only one seed has") + " a number in both arms, and two are the least that a test needs.";
    if (Double.isNaN(v.p())) {
      return v.meanDifference() == 0
          ? "the " + Figures.number(v.pairs(), "seed") + " that both arms have show no difference at all, and others are missing."
          : "all " + seeds(v) + " show the same difference of " + signed + ", which leaves no variance to test it by.";
    }
    String more = v.moreSeeds().isPresent()
        ? " About " + Figures.number(v.moreSeeds().getAsLong(), "more seed") + " would decide it with 80 % power if what was seen so far is true: at a look that was declared, or else "
            + Figures.count(v.pairs() + v.moreSeeds().getAsLong()) + " new ones in a study of their own."
        : " No number of seeds can be named that would decide it.";
    return "they differ by " + signed + " (" + level + " interval " + range(v.interval()) + ", " + Figures.equation("Holm p", v.pHolm()) + ", " + seeds(v) + ")." + more;
  }

  private static String within(Verdict v, String delta) {
    boolean within = v.kind() == Verdict.Kind.BETTER_WITHIN_DELTA || v.kind() == Verdict.Kind.WORSE_WITHIN_DELTA;
    return within ? ", but by less than " + delta + ", which the study calls too little to matter" : "";
  }

  private String lost(Verdict v) {
    var seeds = tally.lostSeeds(v);
    if (seeds.isEmpty()) return "";
    return " Seed" + (seeds.size() == 1 ? " " : "s ") + String.join(", ", seeds.stream().map(String::valueOf).toList()) + (seeds.size() == 1 ? " is" : " are")
        + " left out because a trial diverged or failed there, which may favour the arm that lost it.";
  }

  private static String seeds(Verdict v) {
    return Figures.number(v.pairs(), "paired seed");
  }

  /** What p-values are adjusted for and intervals are not. */
  static String adjustment(StudyPlan plan) {
    boolean looks = plan.looks().size() > 1;
    if (plan.family() < 2 && !looks) return "One comparison, looked at once: nothing needs adjusting.";
    String what = (plan.family() > 1 ? "the " + Figures.number(plan.family(), "comparison") : "") + (plan.family() > 1 && looks ? " and " : "") + (looks ? "the " + plan.looks().size() + " looks" : "");
    return "Intervals and p are of one comparison" + (looks ? " at one look" : "") + ", not adjusted for " + what + "; Holm p is, and decides.";
  }

  static String range(Interval i) {
    return range(i.low(), i.high());
  }

  /** With a capital letter, as at the beginning of a caption. */
  static String begun(String words) {
    return words.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + words.substring(1);
  }

  /** By how much an arm is better, or worse. @param as whether the interval is one of such sizes, rather than of their opposites */
  private static String size(Interval i, boolean as) {
    return as ? range(i) : range(-i.high(), -i.low());
  }

  private static String range(double low, double high) {
    return Figures.difference(low) + " to " + Figures.difference(high);
  }
}
