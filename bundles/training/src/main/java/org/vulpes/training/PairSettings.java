package org.vulpes.training;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.vulpes.corpus.ChatTemplate;
import org.vulpes.generation.Sampling;
import org.vulpes.reward.Panel;
import org.vulpes.reward.Problems;
import org.vulpes.reward.Reward;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Spelling;

/**
 * What the {@code pairs} block of a configuration says; see training's {@code reference.conf}.
 *
 * @param models folders of the policies
 * @param samples answers to each problem, over all policies
 * @param labels whether answers are labelled good or bad, else put in pairs
 * @param least reward of a good answer; of a pair, by how much the better one must be better
 * @param recipe all of it as text, but for the models' weights
 */
record PairSettings(List<Path> models, Problems problems, int count, int samples, boolean labels, double least, Sampling how, int most, long seed, ChatTemplate template, String system, Panel rewards,
    String recipe) {

  static PairSettings of(Config config, Catalogue catalogue) {
    Options o = Options.at(config, "pairs");
    var models = o.texts("models").stream().map(Path::of).toList();
    if (models.isEmpty()) throw o.wrong("models", "names no policy; give one or more runs, as in [runs/sft/trials/run-s1]");
    int samples = o.integer("samples", 1, 1024);
    if (samples % models.size() != 0) throw o.wrong("samples", "= " + samples + " cannot be shared out among " + models.size() + " models; take a multiple");
    boolean labels = o.choice("as", "pairs", "labels").equals("labels");
    if (!labels && samples < 2) throw o.wrong("samples", "must be at least 2 to make pairs");
    int count = o.integer("count", 1, 100_000_000);
    double least = labels ? o.number("good", -1e9, 1e9) : o.number("margin", 0, 1e9);
    var how = Sampling.of(o.number("temperature", 0, 100), o.integer("top-k", 0, 1 << 24), 1);
    if (how.temperature() == 0 && samples > models.size()) throw o.wrong("temperature", "= 0 gives a policy the same answer every time; raise it, or take one sample of each of several models");
    String recipe = o.config().root().render(ConfigRenderOptions.concise()) + config.getConfig("problems").root().render(ConfigRenderOptions.concise());
    return new PairSettings(models, catalogue.create(config, "problems"), count, samples, labels, least, how, o.integer("new-tokens", 1, 1 << 20), o.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE),
        ChatTemplate.read(o), o.text("system"), panel(o, config, catalogue), recipe);
  }

  private static Panel panel(Options o, Config config, Catalogue catalogue) {
    var judges = new ArrayList<Panel.Judge>();
    Options all = o.block("rewards");
    for (String name : all.keys()) {
      Options own = all.block(name);
      String use = own.text("use");
      Options given = own.block(use);
      Config defaults = config.hasPath("reward." + use) ? config.getConfig("reward." + use) : given.config();
      var legal = new TreeSet<>(defaults.root().keySet());
      for (String key : given.keys()) if (!legal.contains(key)) throw given.wrong(key, "is not a key" + Spelling.hint(key, legal) + "; known are " + String.join(", ", legal));
      Reward reward;
      try {
        reward = catalogue.<Reward>plugin("reward", use).create(Options.at(given.config().withFallback(defaults).atPath(use), use));
      } catch (InvalidInput e) {
        throw own.wrong("use", "cannot be had: " + e.getMessage().replaceAll("\\.$", ""));
      }
      judges.add(new Panel.Judge(name, own.has("weight") ? own.number("weight", -1e6, 1e6) : 1, reward));
    }
    if (judges.isEmpty()) throw o.wrong("rewards", "names no reward; write rewards { correct { use = exact } }");
    return new Panel(judges, o.number("reward-deadline-seconds", 0.001, 1e6));
  }
}
