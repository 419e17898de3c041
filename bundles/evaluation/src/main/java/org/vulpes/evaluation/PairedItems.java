package org.vulpes.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two models on the same items: differences item by item, so that what makes an item hard for both cancels out.
 *
 * @param first mean of the first model over the common items
 * @param difference second minus first, with its clustered error
 * @param onlyFirst items that only the first got right, where the metric is 0 or 1; −1 where it is not
 */
public record PairedItems(double first, double second, Score difference, int onlyFirst, int onlySecond) {

  /** @return null when the two have no item in common that has the metric */
  public static PairedItems of(List<ItemResult> a, List<ItemResult> b, String metric) {
    Map<String, Double> other = new HashMap<>();
    for (ItemResult i : b) if (i.metrics().containsKey(metric)) other.put(i.id(), i.metrics().get(metric));
    var differences = new ArrayList<Double>();
    var clusters = new ArrayList<String>();
    double first = 0, second = 0;
    int onlyFirst = 0, onlySecond = 0;
    boolean binary = true;
    for (ItemResult i : a) {
      Double x = i.metrics().get(metric), y = other.get(i.id());
      if (x == null || y == null) continue;
      differences.add(y - x);
      clusters.add(i.cluster());
      first += x;
      second += y;
      binary &= (x == 0 || x == 1) && (y == 0 || y == 1);
      if (x > y) onlyFirst++;
      if (y > x) onlySecond++;
    }
    int n = differences.size();
    return n == 0 ? null : new PairedItems(first / n, second / n, Score.of(differences, clusters), binary ? onlyFirst : -1, binary ? onlySecond : -1);
  }

  /** Compares texts by bits per byte. */
  public static PairedItems bitsPerByte(List<ItemResult> a, List<ItemResult> b) {
    Map<String, Double> other = new HashMap<>();
    for (ItemResult i : b) other.put(i.id(), i.metrics().get("nats"));
    var difference = new ArrayList<Double>();
    var bytes = new ArrayList<Double>();
    var clusters = new ArrayList<String>();
    double first = 0, second = 0, all = 0;
    for (ItemResult i : a) {
      Double y = other.get(i.id());
      if (y == null) continue;
      double x = i.metrics().get("nats"), n = i.metrics().get("bytes");
      difference.add((y - x) / Math.log(2));
      bytes.add(n);
      clusters.add(i.cluster());
      first += x;
      second += y;
      all += n * Math.log(2);
    }
    return difference.isEmpty() ? null : new PairedItems(first / all, second / all, Score.ratio(difference, bytes, clusters), -1, -1);
  }
}
