package org.vulpes.runtime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.vulpes.slot.PlannedSwap;

/** Watches the losses of a run for one condition. */
final class LossWatch {
  private final PlannedSwap.Condition when;
  private final ArrayDeque<Double> window = new ArrayDeque<>();
  private double lowest = Double.MAX_VALUE;
  /** Steps since the mean last fell by more than asked for. */
  private long waited;

  LossWatch(PlannedSwap.Condition when) {
    this.when = when;
  }

  /** @param loss of a step, nats per token */
  void stepped(double loss) {
    window.addLast(loss);
    if (window.size() > when.window()) window.removeFirst();
    if (window.size() < when.window()) return;
    waited++;
    double mean = mean();
    // The first mean falls below anything.
    if (mean < lowest - when.minDelta()) {
      lowest = mean;
      waited = 0;
    }
  }

  /** Added up in the order of the steps every time: a sum that is kept up would have other bits after a resume. */
  private double mean() {
    double sum = 0;
    for (double x : window) sum += x;
    return sum / window.size();
  }

  boolean met() {
    if (window.size() < when.window()) return false;
    return when.patience() > 0 ? waited >= when.patience() : mean() < when.below();
  }

  Map<String, Object> save() {
    return Map.of("losses", List.copyOf(window), "lowest", lowest, "waited", waited);
  }

  void restore(Map<?, ?> saved) {
    window.clear();
    if (saved.get("losses") instanceof List<?> losses) for (Object x : new ArrayList<>(losses)) window.add(((Number) x).doubleValue());
    lowest = ((Number) saved.get("lowest")).doubleValue();
    waited = ((Number) saved.get("waited")).longValue();
  }
}
