package org.vulpes.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under headings, for pages and as aligned plain text. Columns after the first stand to the right unless their heading ends with a blank. */
final class Table {
  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    this(Arrays.asList(headings));
  }

  Table(List<String> headings) {
    this.headings = List.copyOf(headings);
  }

  Table row(String... cells) {
    return row(Arrays.asList(cells));
  }

  Table row(List<String> cells) {
    if (cells.size() != headings.size()) throw new IllegalArgumentException("A row needs " + headings.size() + " cells, not " + cells.size() + ".");
    rows.add(List.copyOf(cells));
    return this;
  }

  /** A blank at the end of one is no part of it: it says that the column stands to the left. */
  List<String> headings() {
    return headings;
  }

  List<List<String>> rows() {
    return rows;
  }

  boolean left(int column) {
    return column == 0 || headings.get(column).endsWith(" ");
  }

  /** Ends with a line end. */
  String markdown() {
    var out = new StringBuilder();
    markdownLine(out, headings);
    out.append('|');
    for (int i = 0; i < headings.size(); i++) out.append(left(i) ? " :-- |" : " --: |");
    out.append('\n');
    for (var row : rows) markdownLine(out, row);
    return out.toString();
  }

  private static void markdownLine(StringBuilder out, List<String> cells) {
    out.append('|');
    for (String c : cells) out.append(' ').append(Markdown.text(c)).append(" |");
    out.append('\n');
  }

  /**
   * Two blanks between columns. A first cell that is too wide for the line stands on a line of its own, above the rest of its row.
   *
   * @param width of the line to aim at
   */
  String plain(int width) {
    int columns = headings.size();
    int[] w = new int[columns];
    for (int i = 0; i < columns; i++) {
      w[i] = length(headings.get(i).strip());
      for (var row : rows) w[i] = Math.max(w[i], length(row.get(i)));
    }
    int rest = 0;
    for (int i = 1; i < columns; i++) rest += w[i] + 2;
    w[0] = Math.min(w[0], Math.max(12, width - rest));
    var out = new StringBuilder();
    plainLine(out, headings, w);
    for (var row : rows) plainLine(out, row, w);
    return out.toString();
  }

  private void plainLine(StringBuilder out, List<String> cells, int[] w) {
    var line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i).strip();
      if (i == 0 && length(cell) > w[0]) {
        out.append(cell).append('\n');
        cell = "";
      }
      if (i > 0) line.append("  ");
      String pad = " ".repeat(Math.max(0, w[i] - length(cell)));
      line.append(left(i) ? cell + pad : pad + cell);
    }
    out.append(line.toString().stripTrailing()).append('\n');
  }

  private static int length(String s) {
    return s.codePointCount(0, s.length());
  }
}
