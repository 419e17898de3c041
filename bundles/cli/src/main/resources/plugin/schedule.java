package @package@;

import org.osgi.service.component.annotations.Component;
import org.vulpes.optimizer.Schedule;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** The inverse square root of what is spent, after a linear warm-up (Vaswani et al. 2017). */
@Component
@Fills(slot = "schedule", use = "@name@")
public final class @class@ implements Plugin<Schedule> {
  @Override
  public Schedule create(Options options) {
    double warmup = options.number("warmup", 1e-6, 1);
    // StrictMath: the factor decides the bits of every parameter.
    return share -> share < warmup ? share / warmup : StrictMath.sqrt(warmup / share);
  }
}
