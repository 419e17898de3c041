package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vulpes.slot.Options;
import org.vulpes.slot.Spelling;
import org.vulpes.study.statistics.Moments;

/**
 * Trainings that follow one another with one seed: each begins with what the one before has learned. A stage's configuration is the study's, with the stage's block and then the arm's (and the arm's
 * block of this stage) laid over it. Arms whose stages are alike up to some point share the runs up to there. The last stage is the arm itself: it is what is compared.
 *
 * @param byArm the stages before the last, in order; empty when the study has no stages
 */
record Stages(List<String> names, Map<String, List<Stage>> byArm) {
  static final Stages NONE = new Stages(List.of(), Map.of());
  private static final String STAGE = "stage";
  /** What {@code init} says of a stage whose runs do not exist yet. */
  private static final String BEFORE = "stage ";

  /** @param key names it and, by a hash, everything that decides its runs but the seed @param init key of the stage before; empty for the first */
  record Stage(String name, String key, String init, Config config) {
    Path place(Path folder, long seed) {
      return folder.resolve("stages").resolve(key + "-s" + seed);
    }
  }

  /** What a study's block says of stages. @param o the block {@code study} */
  static List<String> names(Options o) {
    List<String> names = o.texts("stages");
    for (String name : names) {
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,31}")) throw o.wrong("stages", "has '" + name + "', which cannot name a folder; use letters, digits, '_' and '-'");
      if (names.indexOf(name) != names.lastIndexOf(name)) throw o.wrong("stages", "names '" + name + "' twice");
    }
    if (names.size() == 1) throw o.wrong("stages", "names one stage; a study of one training has no stages");
    for (String key : o.block(STAGE).keys()) {
      if (!names.contains(key)) throw o.block(STAGE).wrong(ConfigUtil.joinPath(key), "is not among study.stages" + (names.isEmpty() ? ", which is empty" : Spelling.hint(key, names)));
    }
    return names;
  }

  /**
   * The configurations of an arm's stages, first to last.
   *
   * @param common of the study
   * @param study the block {@code study}
   * @param body what the arm lays over it, with its own blocks {@code stage.NAME}
   */
  static List<Config> configs(List<String> names, Config common, Options study, ConfigObject body, Options arm) {
    ConfigObject own = body.withoutKey(STAGE);
    for (String key : arm.block(STAGE).keys()) {
      if (!names.contains(key)) throw arm.block(STAGE).wrong(ConfigUtil.joinPath(key), "is not among study.stages" + Spelling.hint(key, names));
    }
    var out = new ArrayList<Config>();
    for (String name : names) {
      Config config = common;
      if (study.block(STAGE).has(name)) config = study.block(STAGE).block(name).config().withFallback(config);
      config = own.toConfig().withFallback(config);
      if (arm.block(STAGE).has(name)) config = arm.block(STAGE).block(name).config().withFallback(config);
      out.add(config.resolve());
    }
    return out;
  }

  /** An arm's body without what it says of stages. */
  static ConfigObject without(ConfigObject body) {
    return body.withoutKey(STAGE);
  }

  /** Stages of an arm before its last, and its own configuration, which begins with the last of them. */
  static Map.Entry<List<Stage>, Config> chain(List<String> names, List<Config> configs) {
    var before = new ArrayList<Stage>();
    String init = "";
    for (int i = 0; i < configs.size(); i++) {
      Config config = i == 0 ? configs.get(i) : configs.get(i).withValue("init", ConfigValueFactory.fromAnyRef(BEFORE + init)).withValue("model", model(configs.get(i), configs.getFirst()));
      if (i == configs.size() - 1) return Map.entry(List.copyOf(before), config);
      String key = names.get(i) + "-" + Hash.of(init, config.withoutPath("training.threads").withoutPath("training.checkpoint-every").withoutPath("training.keep-checkpoints").withoutPath("swapping")
          .withoutPath("storage").root().render(ConfigRenderOptions.concise())).substring(0, 8);
      before.add(new Stage(names.get(i), key, init, config));
      init = key;
    }
    throw new IllegalStateException("A study of stages has two or more.");
  }

  /** The first stage's model, with this stage's adapters: weights fit no other. */
  private static com.typesafe.config.ConfigValue model(Config stage, Config first) {
    Config model = first.getConfig("model");
    return (stage.hasPath("model.lora") ? model.withValue("lora", stage.getValue("model.lora")) : model).root();
  }

  boolean none() {
    return names.isEmpty();
  }

  /** Whether a configuration begins with a stage of this study. */
  static boolean begins(Config config) {
    return config.hasPath("init") && config.getString("init").startsWith(BEFORE);
  }

  /** The key of the stage that such a configuration begins with. */
  static String before(Config config) {
    return config.getString("init").substring(BEFORE.length());
  }

  /** Trials of the stages that these trials begin with, in the order in which they must be trained, each once. */
  List<List<Trials.Trial>> before(List<Trials.Trial> trials, Path folder) {
    var out = new ArrayList<List<Trials.Trial>>();
    for (int i = 0; i + 1 < names.size(); i++) {
      var unique = new LinkedHashMap<String, Trials.Trial>();
      for (Trials.Trial t : trials) {
        Stage stage = byArm.get(t.arm()).get(i);
        Path place = stage.place(folder, t.seed());
        unique.computeIfAbsent(place.toString(), p -> new Trials.Trial(stage.key(), t.seed(), stage.name() + " of " + t.arm(), begun(stage.config(), t.arm(), folder, t.seed(), stage.init()), stage.key(),
            Options.at(stage.config(), "training").whole("tokens", 1, Long.MAX_VALUE), place));
      }
      out.add(List.copyOf(unique.values()));
    }
    return out;
  }

  /** The same trials, each beginning where its last stage of this seed has ended. */
  List<Trials.Trial> following(List<Trials.Trial> trials, Path folder) {
    return trials.stream().map(t -> new Trials.Trial(t.arm(), t.seed(), t.label(), begun(t.config(), t.arm(), folder, t.seed(), byArm.get(t.arm()).getLast().key()), t.hash(), t.tokens(), t.place()))
        .toList();
  }

  private Config begun(Config config, String arm, Path folder, long seed, String init) {
    if (init.isEmpty()) return config;
    Stage from = byArm.get(arm).stream().filter(s -> s.key().equals(init)).findFirst().orElseThrow();
    return config.withValue("init", ConfigValueFactory.fromAnyRef(from.place(folder, seed).toString()));
  }

  /** "0.4312 ± 0.0120"; "not measured" where an evaluation is another stage's. */
  private static String spread(List<TrialResult> ended, Metric metric) {
    var m = Moments.of(ended.stream().mapToDouble(metric::of).filter(Double::isFinite).toArray());
    return m.n() == 0 ? "not measured" : String.format(Locale.ROOT, m.n() > 1 ? "%.4f ± %.4f" : "%.4f", m.mean(), m.sd());
  }

  /** What came out of the stages before the last, a sentence for each run that arms share. */
  List<String> words(StudyPlan plan, Path folder) {
    var out = new ArrayList<String>();
    var results = Results.stages(folder).read();
    for (int i = 0; i + 1 < names.size(); i++) {
      var arms = new LinkedHashMap<String, List<String>>();
      for (Arm a : plan.arms()) arms.computeIfAbsent(byArm.get(a.name()).get(i).key(), k -> new ArrayList<>()).add(a.name());
      for (var e : arms.entrySet()) {
        Stage stage = byArm.get(e.getValue().getFirst()).get(i);
        var ended = results.stream().filter(r -> r.arm().equals(e.getKey()) && r.finished()).toList();
        String who = e.getValue().size() == plan.arms().size() && plan.arms().size() > 1 ? "all arms" : String.join(", ", e.getValue());
        if (ended.isEmpty()) {
          out.add("Stage " + stage.name() + " of " + who + ": not trained yet.");
          continue;
        }
        String metric = plan.metric().isBits() ? "" : plan.metric().words() + " " + spread(ended, plan.metric()) + ", ";
        out.add(String.format(Locale.ROOT, "Stage %s of %s: %s%s bits per byte on its own text at %d %s, %,d tokens and %.2e FLOPs each%s.", stage.name(), who, metric,
            spread(ended, Metric.BITS_PER_BYTE), ended.size(), ended.size() == 1 ? "seed" : "seeds", ended.getFirst().tokens(), ended.getFirst().flops(),
            e.getValue().size() > 1 ? ", shared" : ""));
      }
    }
    return out;
  }
}
