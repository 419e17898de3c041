package @package@;

import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Component;
import org.vulpes.curriculum.Mixture;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** One domain alone at first, then the mixture of the lesson. */
@Component
@Fills(slot = "mixture", use = "@name@")
public final class @class@ implements Plugin<Mixture> {
  @Override
  public Mixture create(Options options) {
    String first = options.text("first");
    double until = options.number("until", 0, 1);
    return (progress, lesson) -> progress.share() < until && !first.isEmpty() ? new TreeMap<>(Map.of(first, 1.0)) : lesson.domainWeights();
  }
}
