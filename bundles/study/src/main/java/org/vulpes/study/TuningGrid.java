package org.vulpes.study;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Settings that are tried for every arm before its verdict trials: all combinations of the values of each key, each at the same seeds.
 *
 * @param values of each key, smallest first
 * @param seeds used neither for the verdict nor for the pilot
 * @param tokens of one tuning trial
 */
public record TuningGrid(SortedMap<String, List<String>> values, List<Long> seeds, long tokens) {
  public static final TuningGrid NONE = new TuningGrid(new TreeMap<>(), List.of(), 0);

  /** All combinations; the first key varies slowest, so that ties between equally good ones fall to smaller values. */
  public List<SortedMap<String, String>> points() {
    if (values.isEmpty()) return List.of();
    List<SortedMap<String, String>> points = List.of(new TreeMap<>());
    for (var key : values.entrySet()) {
      var longer = new ArrayList<SortedMap<String, String>>();
      for (var p : points) {
        for (String v : key.getValue()) {
          var q = new TreeMap<>(p);
          q.put(key.getKey(), v);
          longer.add(q);
        }
      }
      points = longer;
    }
    return points;
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** Tuning trials of one arm. */
  public int trials() {
    return points().size() * seeds.size();
  }

  /** Keys of which the point has the smallest or the largest value: the best may lie beyond. Texts have no order, so no edge. */
  public List<String> edges(SortedMap<String, String> point) {
    return values.entrySet().stream().filter(e -> e.getValue().size() > 1 && e.getValue().stream().allMatch(TuningGrid::isNumber))
        .filter(e -> e.getValue().getFirst().equals(point.get(e.getKey())) || e.getValue().getLast().equals(point.get(e.getKey()))).map(SortedMap.Entry::getKey).toList();
  }

  /** A number as people write it: 256, 0.012, 1e-5. */
  static String number(Number n) {
    String text = n.toString().replace(".0E", "e").replace('E', 'e');
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  static boolean isNumber(String value) {
    try {
      return Double.isFinite(Double.parseDouble(value));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** "optimizer.adamw.lr = 1.2e-2" */
  static String words(SortedMap<String, String> point) {
    return String.join(", ", point.entrySet().stream().map(e -> e.getKey() + " = " + e.getValue()).toList());
  }
}
