package org.vulpes.optimizer.internal;

import org.osgi.service.component.annotations.Component;
import org.vulpes.optimizer.Schedule;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Warm-up, then a straight line down to a floor. */
@Component
@Fills(slot = "schedule", use = "linear")
public final class LinearSchedule implements Plugin<Schedule> {
  @Override
  public Schedule create(Options options) {
    double floor = options.number("floor", 0, 1);
    return new Warmup(options.number("warmup", 0, 1), x -> 1 - (1 - floor) * x);
  }
}
