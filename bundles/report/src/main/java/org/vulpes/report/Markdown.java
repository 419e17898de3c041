package org.vulpes.report;

/** Text of others inside Markdown: names, reasons and samples show as they are and cannot break a table, a heading or a fence. */
final class Markdown {
  private Markdown() {}

  /** One line of running text or one cell of a table. */
  static String text(String s) {
    var out = new StringBuilder();
    String line = s.replaceAll("\\p{Cntrl}", " ").strip();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      // An underscore inside a word marks nothing, and escaped it makes names hard to read.
      boolean inWord = c == '_' && i > 0 && i + 1 < line.length() && Character.isLetterOrDigit(line.charAt(i - 1)) && Character.isLetterOrDigit(line.charAt(i + 1));
      if ("\\`*_[]<>|#~&".indexOf(c) >= 0 && !inWord) out.append('\\').append(c);
      else out.append(c);
    }
    return out.toString();
  }

  /** A block shown letter by letter; its fence is longer than any run of backticks in it. */
  static String block(String language, String s) {
    int longest = 2;
    int run = 0;
    var clean = new StringBuilder();
    for (char c : s.replace("\r\n", "\n").toCharArray()) {
      run = c == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
      clean.append(Character.isISOControl(c) && c != '\n' && c != '\t' ? '\uFFFD' : c);
    }
    String fence = "`".repeat(longest + 1);
    return fence + language + "\n" + clean + (clean.toString().endsWith("\n") ? "" : "\n") + fence + "\n";
  }
}
