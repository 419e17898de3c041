package org.vulpes.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** What is drawn, read back out of the SVG. */
class DrawingTest {
  private static final double[] BASE = {2.0512, 2.0553, 2.0478, 2.0534, 2.0501, 2.0527};
  private static final double[] OTHER = {2.0712, 2.0743, 2.0600, 2.0641, 2.0699, 2.0722};

  @TempDir
  Path folder;

  private Document drawn(String name) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(Files.readString(folder.resolve("report").resolve(name)))));
  }

  private static List<Element> all(Document svg, String tag) {
    var out = new ArrayList<Element>();
    var nodes = svg.getElementsByTagName(tag);
    for (int i = 0; i < nodes.getLength(); i++) out.add((Element) nodes.item(i));
    return out;
  }

  /** Points of the longest path of a colour. */
  private static List<double[]> line(Document svg, String colour) {
    List<double[]> longest = List.of();
    for (Element path : all(svg, "path")) {
      if (!path.getAttribute("stroke").equals(colour)) continue;
      var points = new ArrayList<double[]>();
      for (var m = Pattern.compile("[ML](-?[\\d.]+) (-?[\\d.]+)").matcher(path.getAttribute("d")); m.find(); ) {
        double[] p = {Double.parseDouble(m.group(1)), Double.parseDouble(m.group(2))};
        if (points.isEmpty() || points.getLast()[0] != p[0] || points.getLast()[1] != p[1]) points.add(p);
      }
      if (points.size() > longest.size()) longest = points;
    }
    return longest;
  }

  @Test
  void everyPairedDifferenceIsADotAtItsPlace() throws Exception {
    Report.write(new Example(folder).arm("base", BASE).arm("other", OTHER).arm("wild", 2.06, Double.NaN, 2.06, 2.05, Double.NaN, 2.057).result());
    Document svg = drawn("differences.svg");
    double[] dots = all(svg, "circle").stream().filter(c -> c.getAttribute("stroke").equals(new Look(1).colour())).mapToDouble(c -> Double.parseDouble(c.getAttribute("cx"))).toArray();
    assertEquals(6, dots.length);
    double[] differences = new double[6];
    for (int i = 0; i < 6; i++) differences[i] = OTHER[i] - BASE[i];
    double scale = (dots[1] - dots[2]) / (differences[1] - differences[2]);
    assertTrue(scale > 0);
    for (int i = 0; i < 6; i++) assertEquals(dots[0] + (differences[i] - differences[0]) * scale, dots[i], 0.1, "seed " + (i + 1));
    assertEquals(4, all(svg, "circle").stream().filter(c -> c.getAttribute("stroke").equals(new Look(2).colour())).count(), "the pairs of the arm that lost two");
    double band = all(svg, "rect").stream().filter(r -> r.getAttribute("fill").equals(Plot.BAND)).mapToDouble(r -> Double.parseDouble(r.getAttribute("width"))).findFirst().orElseThrow();
    assertEquals(0.02 * scale, band, 0.2, "from -δ to +δ");
  }

  @Test
  void everyEvaluationIsAPointOfItsArmsCurve() throws Exception {
    Report.write(new Example(folder).arm("base", BASE).arm("other", OTHER).result());
    for (String by : List.of("tokens", "flops", "seconds")) {
      for (int arm = 0; arm < 2; arm++) {
        var points = line(drawn("bits-per-byte-over-" + by + ".svg"), new Look(arm).colour());
        assertEquals(10, points.size(), by);
        for (int i = 1; i < 10; i++) assertEquals(points.get(1)[0] - points.get(0)[0], points.get(i)[0] - points.get(i - 1)[0], 0.05, "evenly, " + by);
        for (int i = 1; i < 10; i++) assertTrue(points.get(i)[1] > points.get(i - 1)[1], "the loss falls, so the line goes down the page");
      }
      assertEquals(TrialCurve.BINS, line(drawn("loss-over-" + by + ".svg"), new Look(0).colour()).size(), by);
    }
  }

  @Test
  void everyTunedValueIsAPoint() throws Exception {
    Report.write(new Example(folder).arm("base", BASE).arm("other", OTHER).tuned().result());
    var points = line(drawn("tuning-1.svg"), new Look(0).colour());
    assertEquals(4, points.size());
    double decade = points.get(2)[0] - points.get(0)[0];
    assertEquals(Math.log10(3) * decade, points.get(1)[0] - points.get(0)[0], 0.1, "on a logarithmic axis");
    assertEquals(points.get(1)[1], points.get(3)[1], 0.05, "2.11 on both sides of the chosen 2.10");
    for (String value : List.of("1e-3", "3e-3", "1e-2", "3e-2")) assertTrue(all(drawn("tuning-1.svg"), "text").stream().anyMatch(t -> t.getTextContent().strip().equals(value)), value);
  }

  @Test
  void armsDifferByDashAndMarkToo() {
    for (int i = 0; i < 6; i++) for (int j = 0; j < i; j++) assertFalse(new Look(i).dash().equals(new Look(j).dash()), i + " and " + j);
    for (int i = 0; i < 8; i++) for (int j = 0; j < i; j++) assertFalse(new Look(i).mark() == new Look(j).mark() || new Look(i).colour().equals(new Look(j).colour()), i + " and " + j);
  }

  @Test
  void theSameStudyGivesTheSameBytes() throws Exception {
    var result = new Example(folder).arm("base", BASE).arm("other", OTHER).tuned().references().result();
    String first = Files.readString(Report.write(result));
    String drawing = Files.readString(folder.resolve("report/loss-over-tokens.svg"));
    assertEquals(first, Files.readString(Report.write(result)));
    assertEquals(drawing, Files.readString(folder.resolve("report/loss-over-tokens.svg")));
  }

  @Test
  void wordsStayInsideOfTheDrawing() throws Exception {
    var example = new Example(folder).arm("base", BASE).arm("other", OTHER).tuned();
    for (int i = 0; i < 6; i++) example.arm("a-name-that-is-as-long-as-a-folder-name-may-be-which-is-64-char" + i, OTHER);
    Report.write(example.result());
    try (var files = Files.list(folder.resolve("report"))) {
      for (Path f : files.toList()) {
        Document svg = drawn(f.getFileName().toString());
        String[] box = svg.getDocumentElement().getAttribute("viewBox").split(" ");
        for (Element text : all(svg, "text")) inside(f.getFileName() + ": " + text.getTextContent().strip(), text, Double.parseDouble(box[2]), Double.parseDouble(box[3]));
      }
    }
  }

  /** Letters are taken as 5.6 wide at 11 pixels, which is what sans-serif fonts take on average, those of the bold title as 7.1. */
  private static void inside(String what, Element text, double width, double height) {
    double size = text.hasAttribute("font-size") ? Double.parseDouble(text.getAttribute("font-size").replace("px", "")) : 11;
    double w = text.getTextContent().strip().length() * (text.getAttribute("class").equals("plot-title") ? 7.1 : 5.6 * size / 11);
    double x = number(text.getAttribute("x"));
    double y = number(text.getAttribute("y"));
    for (Node n = text; n instanceof Element e; n = n.getParentNode()) {
      var m = Pattern.compile("translate\\((-?[\\d.]+) (-?[\\d.]+)").matcher(e.getAttribute("transform"));
      if (!m.find()) continue;
      x += Double.parseDouble(m.group(1));
      y += Double.parseDouble(m.group(2));
    }
    String anchor = text.getAttribute("text-anchor");
    double left = anchor.equals("middle") ? x - w / 2 : anchor.equals("end") ? x - w : x;
    assertTrue(left >= -2 && left + w <= width + 2 && y >= 0 && y <= height, what + " from " + left + " to " + (left + w) + " of " + width + ", " + y + " of " + height);
  }

  private static double number(String s) {
    return s.isEmpty() ? 0 : Double.parseDouble(s);
  }

  @Test
  void drawsWithoutAWindowSystemOrAnyFont() throws Exception {
    // A JVM that has no java.desktop at all cannot ask it for a font.
    var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--limit-modules", "java.base,java.xml,jdk.unsupported", "-cp",
        System.getProperty("java.class.path"), Bare.class.getName()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertTrue(said.contains("<path"), said);
  }

  /** A drawing in a JVM of its own. */
  static final class Bare {
    public static void main(String[] arguments) {
      double[] x = {1, 2, 3};
      var series = new Series("arm", new Look(0), x, x, x, x, new double[] {0, 1, 2}, new double[] {2, 3, 4}, false);
      System.out.println(new CurveChart("loss", List.of(series)).draw("bare", Series.By.TOKENS, "words").getFirst().file());
    }
  }
}
