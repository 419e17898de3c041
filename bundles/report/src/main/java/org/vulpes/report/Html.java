package org.vulpes.report;

/** Text of others inside HTML and SVG: it shows as it is and is never markup. */
final class Html {
  private Html() {}

  /** As text or inside a quoted attribute. Characters that XML forbids become a blank, halves of surrogate pairs a replacement mark. */
  static String text(String s) {
    var out = new StringBuilder(s.length() + 16);
    s.codePoints().forEach(c -> {
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        case '\n', '\t' -> out.append((char) c);
        default -> {
          if (c >= 0xD800 && c <= 0xDFFF || c == 0xFFFE || c == 0xFFFF) out.append('\uFFFD');
          else if (Character.isISOControl(c)) out.append(' ');
          else out.appendCodePoint(c);
        }
      }
    });
    return out.toString();
  }
}
