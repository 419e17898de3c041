package org.vulpes.curriculum.internal;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Component;
import org.vulpes.curriculum.Mixture;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Shares that go in a straight line, over the run's tokens, from those of the beginning to those of the end; equal ones stay. */
@Component
@Fills(slot = "mixture", use = "drift")
public final class DriftingMixture implements Plugin<Mixture> {
  @Override
  public Mixture create(Options options) {
    SortedMap<String, Double> from = shares(options, "from");
    SortedMap<String, Double> to = shares(options, options.block("to").keys().isEmpty() ? "from" : "to");
    var domains = new TreeSet<>(from.keySet());
    domains.addAll(to.keySet());
    return (progress, lesson) -> {
      var out = new TreeMap<String, Double>();
      double share = progress.share();
      for (String d : domains) out.put(d, (1 - share) * from.getOrDefault(d, 0.0) + share * to.getOrDefault(d, 0.0));
      return Collections.unmodifiableSortedMap(out);
    };
  }

  /** Normalised, so that halfway both ends count the same, whatever their sums are. */
  private static SortedMap<String, Double> shares(Options options, String key) {
    var weights = options.weights(key);
    double sum = weights.values().stream().mapToDouble(w -> w).sum();
    if (!(sum > 0)) throw options.wrong(key, "must give at least one domain a weight above 0, for instance { prose = 2, code = 1 }");
    var out = new TreeMap<String, Double>();
    weights.forEach((domain, w) -> out.put(domain, w / sum));
    return out;
  }
}
