package org.vulpes.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.study.StudyResult;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ReportTest {
  @TempDir
  Path folder;

  private Example every() {
    return new Example(folder).arm("base", 2.0512, 2.0553, 2.0478, 2.0534, 2.0501, 2.0527)
        .arm("worse", 2.0712, 2.0743, 2.0690, 2.0741, 2.0699, 2.0722)
        .arm("better", 2.0392, 2.0440, 2.0350, 2.0421, 2.0377, 2.0411)
        .arm("equal", 2.0519, 2.0549, 2.0482, 2.0530, 2.0508, 2.0523)
        .arm("noisy", 2.0612, 2.0453, 2.0578, 2.0434, 2.0601, 2.0627)
        .arm("slight", 2.0482, 2.0522, 2.0450, 2.0505, 2.0470, 2.0498)
        .arm("same", 2.0512, 2.0553, 2.0478, 2.0534, 2.0501, 2.0527)
        .arm("wild", 2.06, Double.NaN, 2.06, 2.05, Double.NaN, 2.057);
  }

  private static String page(StudyResult result) throws IOException {
    Report.write(result);
    return Files.readString(result.folder().resolve("report.md"));
  }

  @Test
  void saysEveryKindOfVerdictInWords() throws IOException {
    String page = page(every().result());
    String first = page.substring(0, page.indexOf("## "));
    // Means by hand: worse 2.07178, base 2.05175, better 2.03985, slight 2.04878.
    assertTrue(first.contains("- worse is worse than base by 0.0200 bits per byte (95 % interval +0.0192 to +0.0209, Holm p \\< 0.0001, 6 paired seeds)."), first);
    assertTrue(first.contains("- better is better than base by 0.0119 bits per byte (95 % interval +0.0113 to +0.0125, Holm p \\< 0.0001, 6 paired seeds)."), first);
    assertTrue(first.contains("- equal and base are equivalent within δ = 0.01: they differ by +0.0001 bits per byte"), first);
    assertTrue(first.contains("- slight is better than base by 0.0030 bits per byte") && first.contains("but by less than δ = 0.01"), first);
    assertTrue(first.contains("- same and base are identical: the same bits per byte at every one of 6 paired seeds."), first);
    assertTrue(Pattern.compile("- Whether noisy is better than base is undecided: .* About (\\d+) more seeds would decide it with 80 % power if what was seen so far is true: at a look that was declared, or else \\d+ new ones in a study of their own").matcher(first).find(), first);
    assertTrue(first.contains("Seeds 2, 5 are left out because a trial diverged or failed there"), first);
  }

  @Test
  void aNumberOfWhichMoreIsBetterIsJudgedDrawnAndShownAsWhatWasWritten() throws IOException {
    String page = page(new Example(folder).arm("base", 0.41, 0.44, 0.42, 0.45).arm("good", 0.81, 0.86, 0.83, 0.84).arm("bad", 0.21, 0.26, 0.23, 0.24).metric("held-out.accuracy", true).result());
    // Means by hand: 0.43, 0.835, 0.235.
    assertTrue(page.contains("- good is better than base by 0.4050 held-out accuracy (95 % interval +0.3"), page);
    assertTrue(page.contains("- bad is worse than base by 0.1950 held-out accuracy (95 % interval +0.1"), page);
    assertTrue(page.contains("Held-out accuracy at the final step; mean ± standard deviation over seeds; higher is better."), page);
    assertTrue(page.contains("Held-out accuracy by arm. It ends at base 0.4300, good 0.8350, bad 0.2350."), page);
    assertTrue(page.contains("Mean reward of what the policy wrote, by arm."), page);
    assertTrue(page.contains("good: log-probabilities that the decoder saw differ from those of the training program by at most 2.5e-06 nats."), page);
    assertTrue(page.contains("good, seed 1: reward close throws ArithmeticException for 4 of 100 samples, which taught nothing."), page);
    assertTrue(page.contains("| 2+2= | ✗ 5 | ✓ 4 | ✓ 4 | ✓ 4 |") || page.contains("✗ 5\\| "), page);
    assertTrue(page.contains("standard error of 0.0300") || page.contains("held-out.accuracy, higher is better, at the final step"), page);
  }

  @Test
  void saysWhatIsAdjustedForAndWhatPlusMinusMeans() throws IOException {
    String adjusted = "Intervals and p are of one comparison, not adjusted for the 7 comparisons; Holm p is, and decides.";
    var result = every().weights("prose = 2, speech = 0.5").result();
    String weighted = "mean over domains with weights prose 2, speech 0.5";
    String page = page(result);
    assertTrue(page.contains("final step, " + weighted + "; mean ± standard deviation over seeds; lower is better. Differences are arm minus baseline over paired seeds. " + adjusted), page);
    assertTrue(Report.verdictTable(result).replaceAll("\\s+", " ").contains("Bits per byte: " + weighted + "; ± is the standard deviation over seeds. " + adjusted), Report.verdictTable(result));
    var two = new Example(folder).arm("base", 2.05, 2.06, 2.07).arm("x", 2.04, 2.05, 2.061);
    assertTrue(page(two.result()).contains("One comparison, looked at once: nothing needs adjusting."));
    assertTrue(page(two.looks(2, 3).result()).contains("Intervals and p are of one comparison at one look, not adjusted for the 2 looks; Holm p is, and decides."));
  }

  @Test
  void marksSeedsThatTheVerdictsDoNotRestOnYet() throws IOException {
    String page = page(new Example(folder).arm("base", 2.05, 2.06, 2.07).arm("x", 2.04, 2.05, 2.08).looks(2, 3).result());
    assertTrue(page.contains("| 2 | 2.0600 | -0.0100 |") && page.contains("| 3 | 2.0700 | +0.0100\\* |") && page.contains("With \\*: after the look that the verdicts are of, so not in the mean."), page);
    assertFalse(page(every().result()).contains("With \\*"));
  }

  @Test
  void anExploratoryPageDoesNotClaimThatTheRuleWasFixed() throws IOException {
    var result = new Example(folder).arm("base", 2.05, 2.06, 2.07).arm("x", 2.04, 2.05, 2.061).exploratory("δ was changed.").result();
    String page = page(result);
    assertTrue(page.contains("verdict (exploratory) |") && page.contains("these verdicts suggest and do not confirm") && !page.contains("fixed before the first trial.\n"), page);
    assertTrue(Report.verdictTable(result).contains("verdict (exploratory)"));
    assertTrue(page(every().result()).contains("The rule was fixed before the first trial."));
  }

  @Test
  void showsTheIntervalThatEquivalenceRestsOn() throws IOException {
    // By hand: mean 0.0001, sd 0.000559, so 0.0001 ± 2.5706 · 0.000228 and ± 2.0150 · 0.000228.
    assertTrue(page(every().result()).contains("| equal | 6 | +0.0001 | -0.0005 to +0.0007 | -0.0004 to +0.0006 | equivalent within δ |"), page(every().result()));
  }

  @Test
  void countsAndNamesLostTrialsWithTheirReason() throws IOException {
    var result = every().result();
    String page = page(result);
    assertTrue(page.contains("2 trials diverged: wild seed 2, wild seed 5."), page);
    assertTrue(page.contains("| wild | 2 | diverged | – | 40 |"), page);
    assertTrue(page.contains("The loss at step 41 is NaN: the run diverged."), page);
    String table = Report.verdictTable(result);
    assertTrue(table.contains("2 trials diverged: wild seed 2, wild seed 5.\n"), table);
    assertTrue(table.contains("The comparison of wild lost seeds 2, 5.\n"), table);
  }

  @Test
  void anUnfinishedStudyIsNotTakenForItsAnswerAndWaitingTrialsAreNotLost() throws IOException {
    var result = new Example(folder).arm("base", 2.05, 2.061, 2.07).arm("a", 2.04, 2.05, 2.06).arm("b", 2.04, 2.05, 2.06).unfinished(6).result();
    String page = page(result);
    assertTrue(page.contains("3 of 9 trials have ended"), page);
    assertTrue(page.contains("only one seed has a number in both arms"), page);
    assertTrue(page.contains("| b | 3 | to be run |"), page);
    assertFalse(page.contains("left out because"), page);
    assertTrue(Report.verdictTable(result).contains("3 of 9 trials have ended"));
    everythingIsWellFormed(page);
  }

  @Test
  void aStudyBeforeItsFirstTrialHasAPage() throws IOException {
    var result = new Example(folder).arm("base", 2.05, 2.06).arm("a", 2.04, 2.05).unfinished(4).result();
    String page = page(result);
    assertTrue(page.contains("0 of 4 trials have ended"), page);
    assertTrue(page.contains("no seed has a number in both arms"), page);
    everythingIsWellFormed(page);
  }

  @Test
  void anArmThatDivergedAtEverySeedHasNoNumbers() throws IOException {
    var result = new Example(folder).arm("base", 2.05, 2.06, 2.07).arm("lost", Double.NaN, Double.NaN, Double.NaN).result();
    String page = page(result);
    assertTrue(page.contains("| lost | 1,473,296 | – | – | – | – | undecided |"), page);
    assertFalse(page.contains("NaN |"), page);
    assertFalse(Report.verdictTable(result).contains("NaN"));
    everythingIsWellFormed(page);
  }

  @Test
  void aSingleRunIsReportedWithoutVerdicts() throws IOException {
    var result = new Example(folder).arm("run", 2.0512).references().result();
    String page = page(result);
    assertTrue(page.contains("2.0512 bits per byte"), page);
    assertFalse(page.contains("verdict |") || page.contains("Holm") || page.contains("sign-flip"), page);
    assertFalse(Files.exists(folder.resolve("report/differences.svg")));
    assertTrue(Files.exists(folder.resolve("report/loss-over-tokens.svg")));
    assertFalse(Report.verdictTable(result).contains("verdict"));
    everythingIsWellFormed(page);
  }

  @Test
  void foreignTextBreaksNeitherTablesNorFencesNorDrawings() throws IOException {
    var result = new Example(folder).question("Is a|b *better* than <b>c</b> & `d`?").reason("line one\nline | two \u0007").domain("co|de <&\">", 0.1)
        .arm("base", 2.05, 2.06, 2.07).arm("x", 2.04, Double.NaN, 2.06).remark("<i>5 | 6</i>").sample("| a |\n```\n# not a heading\u0000").exploratory("changed | later").references().result();
    String page = page(result);
    everythingIsWellFormed(page);
    assertTrue(page.contains("**Is a\\|b \\*better\\* than \\<b\\>c\\</b\\> \\& \\`d\\`?**"), page);
    assertTrue(page.contains("| line one line \\| two |"), page);
    assertTrue(page.contains("````text\n| a |\n```\n# not a heading\uFFFD\n````\n"), page);
    assertTrue(page.contains("> **Exploratory.** changed \\| later"), page);
    assertTrue(page.contains("\n\\<i\\>5 \\| 6\\</i\\>\n"), page);
  }

  @Test
  void saysWhatTheSignFlipTestCannotReach() throws IOException {
    // 2 / 2^5 = 0.0625, 2 / 2^6 = 0.03125.
    String five = page(new Example(folder).arm("base", 2.05, 2.061, 2.07, 2.052, 2.048).arm("x", 2.04, 2.05, 2.06, 2.041, 2.04).result());
    assertTrue(five.contains("With 5 pairs it cannot fall below 0.0625, so it cannot reach p \\< 0.05; that takes 6 pairs."), five);
    String six = page(every().result());
    assertTrue(six.contains("it decides nothing.") && !six.contains("cannot fall below"), six);
  }

  @Test
  void namesWhatIsNeededToDoItAgain() throws IOException {
    String page = page(every().references().result());
    for (String needed : List.of("vulpes run experiments/example.conf", "9f86d081884c7d65", "d7a8fbb307d78094", "e3b0c44298fc1c14", "jvm 0.1.0, AMD EPYC, 256 bit",
        Runtime.version().toString(), "model.layers = 4", "1,234,567 bytes", "FLOPs", "12 min 34 s", "| 1,463,296 |", "correlation of pairs", "117.7 MiB")) {
      assertTrue(page.contains(needed), needed);
    }
  }

  @Test
  void numbersDoNotDependOnTheCountry() throws IOException {
    var before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      var result = every().references().result();
      assertTrue(Report.verdictTable(result).contains("base") && Report.verdictTable(result).contains("1,463,296  2.0518 ± 0.0026"), Report.verdictTable(result));
      everythingIsWellFormed(page(result));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void theTerminalTableStaysWithinItsWidth() throws IOException {
    var result = every().arm("a-name-that-is-as-long-as-a-folder-name-may-be-which-is-64-chars", 2.0412, 2.0753, 2.0378, 2.0634, 2.0401, 2.0627).references().result();
    for (String line : Report.verdictTable(result).split("\n")) assertTrue(line.length() <= VerdictTable.WIDTH, line.length() + ": " + line);
    assertTrue(Report.verdictTable(result).contains("\na-name-that-is-as-long-as-a-folder-name-may-be-which-is-64-chars\n"));
    assertTrue(Report.verdictTable(result).contains("gzip -9"));
  }

  @Test
  void saysInEachRowWhatIsMatched() throws IOException {
    var result = every().matched().result();
    String page = page(result);
    assertTrue(page.contains("| worse | non-embedding |") && page.contains("| better | not |") && page.contains("| base |  |"), page);
    String words = "non-embedding parameters 1,116,288 → 1,119,664 (+0.30 %), width 208, ffn 424";
    assertTrue(page.contains("It is matched to base: " + words + "."), page);
    String table = Report.verdictTable(result);
    assertTrue(table.contains("matched to base\nworse  " + words + "\n"), table);
    for (String line : table.split("\n")) assertTrue(line.length() <= VerdictTable.WIDTH, line.length() + ": " + line);
    assertFalse(page(every().result()).contains("matched"));
    everythingIsWellFormed(page);
  }

  @Test
  void nothingTemporaryIsLeftAndAnOldReportIsReplaced() throws IOException {
    Report.write(new Example(folder).arm("base", 2.05, 2.06).arm("x", 2.04, 2.05).unfinished(4).result());
    String page = page(new Example(folder).arm("base", 2.05, 2.06).arm("x", 2.04, 2.05).result());
    assertFalse(page.contains("0 of 4"), page);
    try (var files = Files.walk(folder)) {
      assertEquals(List.of(), files.filter(f -> f.toString().endsWith(".tmp")).toList());
    }
    assertTrue(Files.exists(folder.resolve("report/shares-2.svg")));
    Report.write(new Example(folder).arm("base", 2.05).result());
    assertFalse(Files.exists(folder.resolve("report/shares-2.svg")), "drawings that no page names are taken away");
  }

  /** Tables have as many cells in every row, pictures exist, are XML with a title and description, and draw nothing outside of themselves. */
  private void everythingIsWellFormed(String page) throws IOException {
    int columns = -1;
    boolean fenced = false;
    String fence = "";
    for (String line : page.split("\n")) {
      if (!fenced && line.startsWith("```")) {
        fenced = true;
        fence = line.replaceAll("[^`].*", "");
        continue;
      }
      if (fenced) {
        fenced = !line.equals(fence);
        continue;
      }
      if (!line.startsWith("|")) {
        columns = -1;
        continue;
      }
      int cells = line.replace("\\\\", "").replace("\\|", "").replaceAll("[^|]", "").length();
      if (columns >= 0) assertEquals(columns, cells, line);
      columns = cells;
      assertTrue(line.endsWith(" |"), line);
    }
    assertFalse(fenced, "every fence is closed");
    assertEquals(page.split("<details>", -1).length, page.split("</details>", -1).length);
    var pictures = new ArrayList<String>();
    var matcher = Pattern.compile("!\\[(.+)]\\((report/[a-z0-9-]+\\.svg)\\)").matcher(page);
    while (matcher.find()) pictures.add(matcher.group(2));
    assertFalse(pictures.isEmpty());
    for (String p : pictures) {
      var svg = xml(Files.readString(folder.resolve(p))).getDocumentElement();
      assertEquals("svg", svg.getTagName());
      assertFalse(svg.getElementsByTagName("title").item(0).getTextContent().isBlank());
      assertFalse(svg.getElementsByTagName("desc").item(0).getTextContent().isBlank());
    }
  }

  private static Document xml(String text) throws IOException {
    try {
      var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      builder.setErrorHandler(null);
      return builder.parse(new InputSource(new StringReader(text)));
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
