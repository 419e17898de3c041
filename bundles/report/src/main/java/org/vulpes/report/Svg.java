package org.vulpes.report;

import java.util.Locale;

/**
 * The text of one SVG file: shapes, escaped words, and a style that reads in light and dark.
 *
 * <p>Written here rather than by a charting library because those lay text out with AWT, which needs fontconfig and a font: XChart 3.8.8 on a
 * JDK 25 whose fontconfig was hidden, as on a bare server, ends with "Fontconfig head is null". Here the reader's browser chooses the font, and
 * widths of words are estimated on the generous side.
 */
final class Svg {
  static final double FONT = 12;
  /** Okabe and Ito's colours, which the colour-blind tell apart; dash, mark and hatch say the same without colour. The yellow is left out: it fades on white. */
  private static final String[] LIGHT = {"#0072b2", "#d55e00", "#00805d", "#a8507f", "#8a6d00", "#2a8fc7", "#4d4d4d"};
  private static final String[] DARK = {"#5cb3f0", "#ff9b4a", "#3fd0a4", "#f0a0cb", "#e6c543", "#9ad7ff", "#c8c8c8"};
  static final int COLOURS = LIGHT.length;

  private final StringBuilder body = new StringBuilder();
  private final String title;
  private final String description;

  /** @param description what the picture shows, for those who cannot see it */
  Svg(String title, String description) {
    this.title = title;
    this.description = description;
  }

  /** The whole file; call last, when the height is known. */
  String finish(double width, double height) {
    var out = new StringBuilder();
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ").append(n(width)).append(' ').append(n(height)).append("\" width=\"").append(n(width))
        .append("\" height=\"").append(n(height)).append("\" role=\"img\" aria-labelledby=\"title description\">\n");
    out.append("<title id=\"title\">").append(escape(title)).append("</title>\n<desc id=\"description\">").append(escape(description)).append("</desc>\n<style>\n");
    out.append("text{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;font-size:12px;fill:#1f2328}.small{font-size:11px;fill:#4b535d}.strong{font-weight:600}"
        + ".ground{fill:#fff}.grid{stroke:#e3e7eb}.axis{stroke:#6b7480}.zero{stroke:#1f2328}.band{fill:#8894a0;fill-opacity:.18}.edge{stroke:#6b7480;stroke-dasharray:4 3}"
        + ".line{fill:none;stroke-width:1.8;stroke-linejoin:round}.faint{fill:none;stroke-width:1;stroke-opacity:.65}.spread{fill-opacity:.14;stroke:none}.mark{stroke-width:1.4}"
        + ".area{fill-opacity:.28;stroke-width:.8}.open{fill-opacity:0}.halo{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}\n");
    out.append(colours(LIGHT)).append("\n@media (prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#b3bcc7}.ground{fill:#0d1117}.grid{stroke:#2a313a}.axis{stroke:#8b949e}"
        + ".zero{stroke:#e6edf3}.edge{stroke:#8b949e}.halo{stroke:#0d1117}.spread{fill-opacity:.22}").append(colours(DARK)).append("}\n</style>\n");
    out.append("<rect class=\"ground\" width=\"").append(n(width)).append("\" height=\"").append(n(height)).append("\"/>\n");
    return out.append(body).append("</svg>\n").toString();
  }

  private static String colours(String[] colours) {
    var out = new StringBuilder();
    for (int i = 0; i < colours.length; i++) {
      out.append(".s").append(i).append("{stroke:").append(colours[i]).append("}.f").append(i).append("{fill:").append(colours[i]).append('}');
    }
    return out.toString();
  }

  Svg line(String style, double x1, double y1, double x2, double y2) {
    return raw("<line class=\"" + style + "\" x1=\"" + n(x1) + "\" y1=\"" + n(y1) + "\" x2=\"" + n(x2) + "\" y2=\"" + n(y2) + "\"/>");
  }

  Svg rect(String style, double x, double y, double width, double height) {
    return raw("<rect class=\"" + style + "\" x=\"" + n(x) + "\" y=\"" + n(y) + "\" width=\"" + n(Math.max(0, width)) + "\" height=\"" + n(Math.max(0, height)) + "\"/>");
  }

  /** @param dash stroke-dasharray, empty for a solid line */
  Svg path(String style, String dash, String path) {
    return raw("<path class=\"" + style + "\"" + (dash.isEmpty() ? "" : " stroke-dasharray=\"" + dash + "\"") + " d=\"" + path + "\"/>");
  }

  /** @param anchor start, middle or end */
  Svg text(String style, String anchor, double x, double y, String words) {
    return raw("<text" + (style.isEmpty() ? "" : " class=\"" + style + "\"") + " text-anchor=\"" + anchor + "\" x=\"" + n(x) + "\" y=\"" + n(y) + "\">" + escape(words) + "</text>");
  }

  Svg raw(String element) {
    body.append(element).append('\n');
    return this;
  }

  /** Coordinates with two digits, without trailing zeros. */
  static String n(double x) {
    if (!Double.isFinite(x)) throw new IllegalArgumentException("A coordinate must be finite.");
    String s = String.format(Locale.ROOT, "%.2f", x);
    s = s.endsWith("00") ? s.substring(0, s.length() - 3) : s.endsWith("0") ? s.substring(0, s.length() - 1) : s;
    return s.equals("-0") ? "0" : s;
  }

  /** Width of words at the usual size, estimated so that it is seldom too small: the reader's font is not known. */
  static double width(String words) {
    double w = 0;
    for (int i = 0; i < words.length(); i++) {
      char c = words.charAt(i);
      w += "ilfrjt.,:;|!'()[]- ".indexOf(c) >= 0 ? 0.42 : c >= 0x2e80 || "mwMW".indexOf(c) >= 0 ? 1 : Character.isUpperCase(c) ? 0.75 : 0.63;
    }
    return w * FONT;
  }

  /** Cuts words to a width, in the middle: names differ at their ends. */
  static String fitted(String words, double width) {
    if (width(words) <= width) return words;
    int keep = words.length() - 1;
    while (keep > 2 && width(words.substring(0, (keep + 1) / 2) + "…" + words.substring(words.length() - keep / 2)) > width) keep--;
    return words.substring(0, (keep + 1) / 2) + "…" + words.substring(words.length() - keep / 2);
  }

  /** For element content and attributes; characters that XML 1.0 does not have become U+FFFD. */
  static String escape(String s) {
    var out = new StringBuilder();
    s.codePoints().forEach(c -> {
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        default -> out.appendCodePoint(c == '\t' || c == '\n' || c >= 0x20 && c < 0xd800 || c >= 0xe000 && c < 0xfffe || c >= 0x10000 ? c : 0xfffd);
      }
    });
    return out.toString();
  }
}
