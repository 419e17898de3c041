package org.vulpes.runtime;

import com.typesafe.config.Config;
import org.vulpes.slot.Options;

/** The {@code swapping} block of a configuration. */
record SwapSettings(double deadlineSeconds, double textDeadlineSeconds, int probationSteps, double stallSeconds) {
  static SwapSettings of(Config config) {
    var o = Options.at(config, "swapping");
    return new SwapSettings(o.number("deadline-seconds", 0.01, 3600), o.number("text-deadline-seconds", 0.01, 864_000), o.integer("probation-steps", 1, 100_000), o.number("stall-seconds", 0.1, 86_400));
  }
}
