package org.vulpes.report;

import java.nio.file.Path;
import java.util.Locale;
import org.vulpes.study.StudyResult;
import org.vulpes.study.TrialResult;
import org.vulpes.study.statistics.Moments;
import org.vulpes.training.Durable;

/** What a person reads of a study, finished or not. */
public final class Report {
  private Report() {}

  /**
   * Writes {@code report.md} into the study's folder, and its drawings into {@code report/} beside it.
   *
   * @return the Markdown file
   */
  public static Path write(StudyResult result) {
    Path file = result.folder().resolve("report.md");
    Durable.write(file, "# " + result.plan().name() + "\n\n" + result.plan().question() + "\n\n```\n" + verdictTable(result) + "```\n");
    return file;
  }

  /** Arms with their verdicts, references and losses as plain text for a terminal, at most some 110 columns wide; ends with a line end. */
  public static String verdictTable(StudyResult result) {
    var out = new StringBuilder();
    for (var arm : result.plan().arms()) {
      var m = Moments.of(result.trials().stream().filter(t -> t.arm().equals(arm.name()) && t.finished()).mapToDouble(TrialResult::bitsPerByte).toArray());
      String verdict = result.verdicts().stream().filter(v -> v.name().equals(arm.name())).map(v -> v.kind().words()).findFirst().orElse("");
      out.append(String.format(Locale.ROOT, "%-24s %,15d %.4f ± %.4f  %s%n", arm.name(), arm.parameters().total(), m.mean(), m.sd(), verdict));
    }
    return out.toString();
  }
}
