package org.vulpes.objective.preference;

import java.util.Locale;
import org.osgi.service.component.annotations.Component;
import org.vulpes.objective.Objective;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Learns from what is better and what is worse; see {@code reference.conf}. */
@Component
@Fills(slot = "objective", use = "preference")
public final class PreferenceObjective implements Plugin<Objective> {

  @Override
  public Objective create(Options options) {
    var method = Method.valueOf(options.choice("loss", "dpo", "ipo", "kto", "simpo", "orpo", "cpo").toUpperCase(Locale.ROOT));
    String length = options.choice("length", "paper", "sum", "mean");
    Options own = options.block(method.name().toLowerCase(Locale.ROOT));
    var loss = new PreferenceLoss(method, number(own, "beta", 1e-9, 1e9, 1), number(own, "gamma", 0, 1e9, 0), number(own, "weight", 0, 1e9, 1), number(own, "smoothing", 0, 0.5, 0),
        number(own, "good", 0, 1e9, 1), number(own, "bad", 0, 1e9, 1));
    return new Preferences(loss, length.equals("paper") ? method.byLength : length.equals("mean"));
  }

  /** @param otherwise for a loss that has no such number */
  private static double number(Options own, String key, double least, double most, double otherwise) {
    return own.has(key) ? own.number(key, least, most) : otherwise;
  }
}
