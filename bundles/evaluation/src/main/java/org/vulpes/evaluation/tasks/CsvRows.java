package org.vulpes.evaluation.tasks;

import java.util.ArrayList;
import java.util.List;
import org.vulpes.slot.InvalidInput;

/** Rows of comma-separated values by RFC 4180: a field in quotes may hold commas, doubled quotes and lines. */
final class CsvRows {
  private CsvRows() {}

  static List<List<String>> of(String text, String place) {
    var rows = new ArrayList<List<String>>();
    var row = new ArrayList<String>();
    var field = new StringBuilder();
    boolean quoted = false, any = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      any = true;
      if (quoted) {
        if (c != '"') field.append(c);
        else if (i + 1 < text.length() && text.charAt(i + 1) == '"') field.append(text.charAt(i++));
        else quoted = false;
      } else if (c == '"' && field.isEmpty()) {
        quoted = true;
      } else if (c == ',' || c == '\n') {
        row.add(field.toString());
        field.setLength(0);
        if (c == ',') continue;
        rows.add(List.copyOf(row));
        row.clear();
        any = false;
      } else if (c != '\r') {
        field.append(c);
      }
    }
    if (quoted) throw new InvalidInput(place + ": a field in quotes does not end; get the file again.");
    if (any) {
      row.add(field.toString());
      rows.add(List.copyOf(row));
    }
    return rows;
  }
}
