package org.vulpes.optimizer.internal;

import org.osgi.service.component.annotations.Component;
import org.vulpes.optimizer.Schedule;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Warm-up, stable, decay: flat at the peak, then a straight line down over the last share of the budget (MiniCPM, Hu et al. 2024). */
@Component
@Fills(slot = "schedule", use = "wsd")
public final class WsdSchedule implements Plugin<Schedule> {
  @Override
  public Schedule create(Options options) {
    double warmup = options.number("warmup", 0, 1);
    double decay = options.number("decay", 0, 1);
    double floor = options.number("floor", 0, 1);
    if (warmup + decay > 1) throw options.wrong("decay", "and warmup are " + (warmup + decay) + " together, more than the whole run");
    return share -> {
      if (share < warmup) return share / warmup;
      if (share <= 1 - decay) return 1;
      return 1 - (1 - floor) * Math.min(1, (share - (1 - decay)) / decay);
    };
  }
}
