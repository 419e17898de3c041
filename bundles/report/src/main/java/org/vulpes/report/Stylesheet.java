package org.vulpes.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Style of drawings and of the page around them. */
final class Stylesheet {
  /** Names are the charting library's classes; colours are turned round where the reader's screen is dark, and back for paper. */
  static final String DRAWING = """
      .drawing{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif}
      .drawing text:not([fill]){font-size:11px;fill:#1f2328}
      .drawing text.plot-title{font-size:13px;font-weight:600}
      .drawing text.axis-title-x,.drawing text.axis-title-y{font-size:12px}
      .drawing .ground{fill:#fff}
      @media screen and (prefers-color-scheme:dark){
      .drawing text:not([fill]){fill:#e6edf3}
      .drawing .ground{fill:#0d1117}
      """ + dark() + "}\n";

  private Stylesheet() {}

  private static String dark() {
    var out = new StringBuilder();
    turn(out, Plot.INK, "#e6edf3");
    turn(out, Plot.GRID, "#2a313a");
    turn(out, Plot.AXIS, "#8b949e");
    turn(out, Plot.PAPER, "#0d1117");
    for (int i = 0; i < Look.LIGHT.size(); i++) turn(out, Look.LIGHT.get(i), Look.DARK.get(i));
    return out.toString();
  }

  private static void turn(StringBuilder out, String light, String dark) {
    for (String what : new String[] {"stroke", "fill"}) out.append(".drawing [").append(what).append("=\"").append(light).append("\"]{").append(what).append(':').append(dark).append("}\n");
  }

  /** The whole page's. */
  static String page() {
    try (var in = Stylesheet.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8) + DRAWING;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
