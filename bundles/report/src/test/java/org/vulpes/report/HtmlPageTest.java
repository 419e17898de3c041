package org.vulpes.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.study.StudyResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlPageTest {
  @TempDir
  Path folder;

  private static String page(StudyResult result) throws IOException {
    return Files.readString(Report.write(result));
  }

  private Example three() {
    return new Example(folder).arm("base", 2.0512, 2.0553, 2.0478, 2.0534, 2.0501, 2.0527).arm("worse", 2.0712, 2.0743, 2.0690, 2.0741, 2.0699, 2.0722)
        .arm("noisy", 2.0612, 2.0453, 2.0578, 2.0434, 2.0601, 2.0627);
  }

  private static Document parsed(String page) throws IOException {
    try {
      var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      builder.setErrorHandler(null);
      return builder.parse(new InputSource(new StringReader(page)));
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private static List<Element> all(NodeList nodes) {
    var out = new ArrayList<Element>();
    for (int i = 0; i < nodes.getLength(); i++) out.add((Element) nodes.item(i));
    return out;
  }

  @Test
  void questionAndAnswerStandBeforeEverythingElse() throws IOException {
    String page = page(three().exploratory("The plan was changed.").unfinished(1).remark("A look was skipped.").result());
    String first = page.substring(page.indexOf("<body>"), page.indexOf("<h2"));
    for (String said : List.of("<h1>Does it help?</h1>", "<strong>Exploratory.</strong> The plan was changed.", "17 of 18 trials have ended", "A look was skipped.",
        "✗ worse</span> worse is worse than base by 0.0200 bits per byte (95 % interval +0.0192 to +0.0209, Holm p &lt; 0.0001, 6 paired seeds).",
        "? undecided</span> Whether noisy is better than base is undecided: they differ by", "two-sided paired t test over 6 seeds, Holm-adjusted over the 2 comparisons", "within δ = 0.01",
        "<th scope=\"row\">worse</th>")) {
      assertTrue(first.contains(said), said + " in " + first);
    }
  }

  @Test
  void needsNothingButItself() throws IOException {
    String page = page(three().references().tuned().sample("see https://example.org/x.js").result());
    assertTrue(page.contains("default-src 'none'; style-src 'unsafe-inline'"), "a policy that forbids what the page does not need");
    String markup = page.replace("see https://example.org/x.js", "");
    for (String outside : List.of("http:", "https:", "//example", "<script", "<link", "<img", "<iframe", "@import", "src=", "href=", "url(http", "onload")) assertFalse(markup.contains(outside), outside);
    for (var m = Pattern.compile("url\\(([^)]*)\\)").matcher(markup); m.find(); ) assertTrue(m.group(1).startsWith("#"), m.group());
  }

  @Test
  void foreignTextIsReadAndNeverRun() throws IOException {
    String evil = "</h1><script>alert(1)</script><img src=x onerror=\"alert('2')\">&amp;";
    String page = page(new Example(folder).question(evil).reason(evil).domain("d<svg/onload=x>", 0.1).arm("base", 2.05, 2.06, 2.07).arm("x", 2.04, Double.NaN, 2.06).sample(evil + "\u0000\uD800")
        .exploratory(evil).remark(evil).references().result());
    var document = parsed(page);
    for (String tag : List.of("script", "img", "iframe")) assertEquals(0, document.getElementsByTagName(tag).getLength(), tag);
    assertEquals(evil, document.getElementsByTagName("h1").item(0).getTextContent());
    for (Element e : all(document.getElementsByTagName("*"))) {
      for (int i = 0; i < e.getAttributes().getLength(); i++) assertFalse(e.getAttributes().item(i).getNodeName().startsWith("on"), e.getTagName());
    }
  }

  @Test
  void tablesAndDrawingsCanBeHeardToo() throws IOException {
    var document = parsed(page(three().arm("wild", 2.06, Double.NaN, 2.06, 2.05, Double.NaN, 2.057).tuned().pilot(2.05, 2.06).references().result()));
    assertEquals("en", document.getDocumentElement().getAttribute("lang"));
    for (Element table : all(document.getElementsByTagName("table"))) {
      int columns = -1;
      for (Element row : all(table.getElementsByTagName("tr"))) {
        int cells = row.getElementsByTagName("th").getLength() + row.getElementsByTagName("td").getLength();
        if (columns >= 0) assertEquals(columns, cells, row.getTextContent());
        columns = cells;
      }
      for (Element th : all(table.getElementsByTagName("th"))) assertTrue(th.getAttribute("scope").matches("row|col"));
    }
    var drawings = all(document.getElementsByTagName("svg")).stream().filter(s -> s.getAttribute("class").startsWith("drawing")).toList();
    assertTrue(drawings.size() >= 18, "drawn: " + drawings.size());
    var ids = new HashSet<String>();
    for (Element e : all(document.getElementsByTagName("*"))) if (e.hasAttribute("id")) assertTrue(ids.add(e.getAttribute("id")), e.getAttribute("id"));
    for (Element svg : drawings) {
      assertEquals("img", svg.getAttribute("role"));
      for (String id : svg.getAttribute("aria-labelledby").split(" ")) assertTrue(ids.contains(id), id);
      assertFalse(svg.getElementsByTagName("title").item(0).getTextContent().isBlank());
      assertFalse(svg.getElementsByTagName("desc").item(0).getTextContent().isBlank());
    }
    for (var m = Pattern.compile("url\\(#([^)]*)\\)").matcher(Files.readString(folder.resolve("report.html"))); m.find(); ) assertTrue(ids.contains(m.group(1)), m.group());
  }

  @Test
  void axesAreSwitchedWithoutScriptAndAllStandInTheMarkdown() throws IOException {
    String page = page(three().result());
    var document = parsed(page);
    var labels = all(document.getElementsByTagName("label")).stream().map(Element::getTextContent).toList();
    assertEquals(List.of("over tokens", "over FLOPs", "over seconds", "over tokens", "over FLOPs", "over seconds"), labels);
    assertEquals(2, all(document.getElementsByTagName("input")).stream().filter(i -> i.hasAttribute("checked")).count());
    String markdown = Files.readString(folder.resolve("report.md"));
    for (String by : List.of("tokens", "flops", "seconds")) assertTrue(markdown.contains("(report/loss-over-" + by + ".svg)") && markdown.contains("(report/bits-per-byte-over-" + by + ".svg)"), by);
    assertTrue(page.contains("@media print") && page.contains(".choice>.view,.choice .label{display:block}"), "paper shows every axis");
  }

  @Test
  void saysTheChoiceOfTuningAndWhenItStandsAtTheEdge() throws IOException {
    String page = page(three().tuned().result());
    assertTrue(page.contains("<tr><th scope=\"row\">base</th><td>optimizer.adamw.lr</td><td class=\"number\">1e-2</td><td class=\"number\">2.1000</td><td>1e-3, 3e-3, 1e-2, 3e-2</td><td>no</td></tr>"), page);
    assertTrue(page.contains("<tr><th scope=\"row\">noisy</th><td>optimizer.adamw.lr</td><td class=\"number\">3e-2</td><td class=\"number\">2.1700</td><td>1e-3, 3e-3, 1e-2, 3e-2</td>"
        + "<td>yes: a better value may lie beyond</td></tr>"), page);
    assertTrue(page.contains("same number of trials, 12 in all"));
    assertFalse(page(three().result()).contains("Tuning</h2>"), "a study without tuning has no such section");
  }

  @Test
  void namesPilotAndLooks() throws IOException {
    String page = page(three().pilot(2.05, 2.06).looks(3, 6).result());
    assertTrue(page.contains("2 trials of base at seeds of their own (2001, 2002), which decide nothing, told the noise beforehand: 2.0550 ± 0.0071 bits per byte."), page);
    assertTrue(page.contains("Looks at the results were declared after 3, 6 seeds, and α is spent over them."), page);
  }

  @Test
  void foldsTheWholeConfigurationOfEachArm() throws IOException {
    var document = parsed(page(three().result()));
    var folds = all(document.getElementsByTagName("details")).stream().filter(d -> d.getTextContent().contains("Whole configuration")).toList();
    assertEquals(3, folds.size());
    assertTrue(folds.get(1).getTextContent().contains("configuration of worse") && folds.get(1).getTextContent().contains("layers=3"), folds.get(1).getTextContent());
    assertTrue(folds.get(1).getTextContent().contains("</pre><script>"), "as text");
  }

  @Test
  void aLargeStudyStaysReadableAndSmall() throws IOException {
    var random = new Random(7);
    var example = new Example(folder).references().tuned();
    for (int a = 0; a < 8; a++) example.arm("arm-" + a, random.doubles(30, 2.0, 2.1).toArray());
    var result = example.result();
    Path html = Report.write(result);
    assertTrue(Files.size(html) < 1_500_000, "bytes: " + Files.size(html));
    assertTrue(Files.size(folder.resolve("report.md")) < 200_000, "bytes: " + Files.size(folder.resolve("report.md")));
    assertTrue(Files.readString(html).contains("about 6 steps"), "says how far curves are thinned");
  }
}
