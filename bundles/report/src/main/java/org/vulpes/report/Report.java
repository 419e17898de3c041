package org.vulpes.report;

import java.nio.file.Path;
import org.vulpes.study.StudyResult;
import org.vulpes.training.Durable;

/** What a person reads of a study, finished or not. */
public final class Report {
  private Report() {}

  /**
   * Writes {@code report.md} into the study's folder, and its drawings into {@code report/} beside it. Each file is replaced as a whole, the
   * page last, so that it never points at a drawing that is not there.
   *
   * @return the Markdown file
   * @throws org.vulpes.slot.InvalidInput when a file cannot be written or read, the disk being full for instance
   */
  public static Path write(StudyResult result) {
    var page = new Page(result);
    String text = page.text();
    page.drawings().forEach((name, svg) -> Durable.write(result.folder().resolve("report").resolve(name), svg));
    Path file = result.folder().resolve("report.md");
    Durable.write(file, text);
    return file;
  }

  /** Arms with their verdicts, references and losses as plain text for a terminal, at most some 110 columns wide; ends with a line end. */
  public static String verdictTable(StudyResult result) {
    return new VerdictTable(result).plain();
  }
}
