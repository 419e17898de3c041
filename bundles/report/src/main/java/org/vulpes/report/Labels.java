package org.vulpes.report;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names in legends: short enough for a narrow drawing, and still different from each other. */
final class Labels {
  private static final int LONGEST = 24;
  /** Width of a letter and of what stands beside a name in a legend, in pixels, on the generous side. */
  private static final double LETTER = 6.4;
  private static final double KEY = 40;

  private Labels() {}

  /** A label for each name; those of the length of a sentence keep their beginning and end. */
  static Map<String, String> of(Collection<String> names) {
    var out = new LinkedHashMap<String, String>();
    for (String n : names) {
      String label = fitted(n, LONGEST);
      for (int i = 2; out.containsValue(label); i++) label = fitted(n, LONGEST - 4) + " (" + i + ")";
      out.put(n, label);
    }
    return out;
  }

  /** One name for arms that are drawn as one. */
  static String group(List<String> arms) {
    return arms.size() <= 2 ? String.join(", ", arms) : arms.getFirst() + " + " + (arms.size() - 1) + " alike";
  }

  static String fitted(String s, int longest) {
    int length = s.codePointCount(0, s.length());
    if (length <= longest) return s;
    int end = longest / 3;
    return s.substring(0, s.offsetByCodePoints(0, longest - end - 1)) + "…" + s.substring(s.offsetByCodePoints(0, length - end));
  }

  /** How many entries of a legend stand side by side. */
  static int columns(Collection<String> labels, double width) {
    double widest = labels.stream().mapToInt(l -> l.codePointCount(0, l.length())).max().orElse(0) * LETTER + KEY;
    return (int) Math.clamp(width / widest, 1, Math.max(1, labels.size()));
  }

  /** Colour, dash and mark of each arm, in one legend. */
  static void legend(Plot plot, Map<String, Look> looks, Map<String, String> labels, int columns) {
    List<String> names = looks.keySet().stream().map(labels::get).toList();
    plot.legend("color", names, looks.values().stream().map(Look::colour).toList(), columns)
        .legend("linetype", names, looks.values().stream().map(Look::dash).toList(), columns)
        .legend("shape", names, looks.values().stream().map(Look::mark).toList(), columns);
  }
}
