package org.vulpes.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.vulpes.slot.InvalidInput;
import org.vulpes.study.StudyResult;
import org.vulpes.training.Durable;

/** What a person reads of a study, finished or not. */
public final class Report {
  private Report() {}

  /**
   * Writes into the study's folder {@code report.html}, one file that needs nothing else, and {@code report.md} with its drawings in {@code report/}
   * beside it. Each file is replaced as a whole, drawings before the text that points at them; drawings of an earlier report are taken away.
   *
   * @return the HTML file
   * @throws InvalidInput when a file cannot be written or read, the disk being full for instance
   */
  public static Path write(StudyResult result) {
    List<Block> blocks = Page.blocks(result);
    var plan = result.plan();
    Path folder = result.folder().resolve(MarkdownPage.FOLDER);
    var markdown = new MarkdownPage(plan.name(), plan.question(), blocks);
    markdown.drawings().forEach((name, svg) -> Durable.write(folder.resolve(name), svg));
    Durable.write(result.folder().resolve("report.md"), markdown.text());
    Path file = result.folder().resolve("report.html");
    Durable.write(file, new HtmlPage(plan.name(), plan.question(), "Written by " + ProvenanceSection.writer() + ".", blocks).text());
    takeAway(folder, markdown.drawings());
    return file;
  }

  private static void takeAway(Path folder, Map<String, String> kept) {
    if (!Files.isDirectory(folder)) return;
    try (var files = Files.newDirectoryStream(folder, "*.svg")) {
      for (Path f : files) if (!kept.containsKey(f.getFileName().toString())) Files.delete(f);
    } catch (IOException e) {
      throw new InvalidInput("Cannot take drawings of an earlier report out of " + folder + ": " + e.getMessage() + ".", e);
    }
  }

  /** Arms with their verdicts, references and losses as plain text for a terminal, at most some 110 columns wide; ends with a line end. */
  public static String verdictTable(StudyResult result) {
    return new VerdictTable(result).plain();
  }
}
