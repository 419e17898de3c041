package org.vulpes.objective.reinforce;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vulpes.objective.Objective;
import org.vulpes.reward.Panel;
import org.vulpes.reward.Problems;
import org.vulpes.reward.Reward;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Spelling;

/** Offers {@link Reinforce}; problems and rewards are plugins of their own, found in the catalogue. */
@Component
@Fills(slot = "objective", use = "reinforce")
public final class ReinforcePlugin implements Plugin<Objective> {
  private final Catalogue catalogue;

  @Activate
  public ReinforcePlugin(@Reference Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @Override
  public Objective create(Options options) {
    Settings settings = Settings.of(options);
    Problems problems = catalogue.create(options.root(), "problems");
    if (!options.block("rewards").keys().isEmpty()) return new Reinforce(settings, problems, panel(options, settings.deadlineSeconds()), null);
    var run = new RunReward(catalogue.create(options.root(), "reward"));
    return new Reinforce(settings, problems, new Panel(List.of(new Panel.Judge(options.root().getString("reward.use"), 1, run)), settings.deadlineSeconds()), run);
  }

  private Panel panel(Options options, double deadline) {
    var judges = new ArrayList<Panel.Judge>();
    Options all = options.block("rewards");
    for (String name : all.keys()) {
      Options own = all.block(name);
      String use = own.text("use");
      double weight = own.has("weight") ? own.number("weight", -1e6, 1e6) : 1;
      Config defaults = options.root().hasPath("reward." + use) ? options.root().getConfig("reward." + use) : own.block(use).config();
      var legal = defaults.root().keySet();
      for (String key : own.block(use).keys()) {
        if (legal.contains(key) || legal.isEmpty()) continue;
        String hint = Spelling.hint(key, legal);
        throw own.block(use).wrong(key, "is not a key" + (hint.isEmpty() ? "; known are " + String.join(", ", new java.util.TreeSet<>(legal)) : hint));
      }
      var plugin = catalogue.<Reward>plugin("reward", use);
      judges.add(new Panel.Judge(name, weight, plugin.create(Options.at(own.block(use).config().withFallback(defaults).atPath(use), use))));
    }
    return new Panel(judges, deadline);
  }
}
