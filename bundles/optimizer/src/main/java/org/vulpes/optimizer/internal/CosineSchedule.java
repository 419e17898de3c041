package org.vulpes.optimizer.internal;

import org.osgi.service.component.annotations.Component;
import org.vulpes.optimizer.Schedule;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Warm-up, then half a cosine down to a floor (Loshchilov and Hutter 2017, without restarts). */
@Component
@Fills(slot = "schedule", use = "cosine")
public final class CosineSchedule implements Plugin<Schedule> {
  @Override
  public Schedule create(Options options) {
    double floor = options.number("floor", 0, 1);
    return new Warmup(options.number("warmup", 0, 1), x -> floor + (1 - floor) * 0.5 * (1 + StrictMath.cos(StrictMath.PI * x)));
  }
}
