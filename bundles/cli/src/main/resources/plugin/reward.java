package @package@;

import org.osgi.service.component.annotations.Component;
import org.vulpes.reward.Reward;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** 1 for the answer, less for what surrounds it. What a reward throws, or leaves NaN, is contained and counted: such a sample teaches nothing. */
@Component
@Fills(slot = "reward", use = "@name@")
public final class @class@ implements Plugin<Reward> {
  @Override
  public Reward create(Options options) {
    double chatter = options.number("chatter", 0, 1);
    return Reward.each(sample -> {
      String text = sample.text().strip(), answer = sample.problem().answer().strip();
      if (!text.contains(answer)) return 0;
      return Math.max(0, 1 - chatter * (text.length() - answer.length()));
    });
  }
}
