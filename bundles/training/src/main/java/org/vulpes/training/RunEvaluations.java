package org.vulpes.training;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.vulpes.evaluation.Evaluation;
import org.vulpes.evaluation.ItemFile;
import org.vulpes.evaluation.ItemResult;
import org.vulpes.evaluation.Score;
import org.vulpes.evaluation.Subject;
import org.vulpes.evaluation.TaskScores;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.RunSlots;
import org.vulpes.slot.Spelling;

/** What a run measures besides bits per byte: the {@code evaluations} block of its configuration, a name of the user's for each. Items go to the run's folder. */
public final class RunEvaluations {
  private final Map<String, Evaluation> byName = new LinkedHashMap<>();
  private final Map<String, Options> options = new LinkedHashMap<>();
  private final Path folder;

  private RunEvaluations(Path folder) {
    this.folder = folder;
  }

  /** @throws InvalidInput when an evaluation cannot be made, with its place in the configuration */
  static RunEvaluations of(Config config, Catalogue catalogue, Path folder) {
    var out = new RunEvaluations(folder.resolve("evaluations"));
    if (!config.hasPath("evaluations")) return out;
    Options all = Options.at(config, "evaluations");
    for (String name : all.keys()) {
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) throw all.wrong(name, "is no name of a folder; use letters, digits, dots and dashes");
      Options own = all.block(name);
      String use = own.text("use");
      Plugin<Evaluation> plugin = catalogue.plugin("evaluation", use);
      Options options = Options.at(withDefaults(config, own, name, use), "evaluations." + name + "." + use);
      out.byName.put(name, plugin.create(options));
      out.options.put(name, options);
    }
    return out;
  }

  /** The options of this evaluation over the defaults of its plugin; a key that has no default is misspelt. */
  private static Config withDefaults(Config config, Options own, String name, String use) {
    String path = "evaluation." + use;
    if (!config.hasPath(path)) return config;
    var legal = config.getConfig(path).root().keySet().stream().sorted().toList();
    var known = new ArrayList<>(legal);
    for (String key : own.block(use).keys()) {
      if (known.contains(key) || config.getObject(path).isEmpty()) continue;
      String hint = Spelling.hint(key, legal);
      throw own.block(use).wrong(key, "is not a key" + (hint.isEmpty() ? "; known are " + String.join(", ", legal) : hint));
    }
    return config.withValue("evaluations." + name + "." + use, own.block(use).config().root().withFallback(config.getObject(path)));
  }

  /**
   * The numbers that runs of this configuration will measure: by the evaluation's name, then by the metric's.
   *
   * @throws InvalidInput as {@link #of}
   */
  public static SortedMap<String, SortedSet<String>> metrics(Config config, Catalogue catalogue) {
    var out = new TreeMap<String, SortedSet<String>>();
    of(config, catalogue, Path.of("")).byName.forEach((name, evaluation) -> out.put(name, evaluation.metrics()));
    return out;
  }

  /** Shows each with its plugin among what fills the run's slots. */
  void show(RunSlots slots, Catalogue catalogue) {
    options.forEach((name, own) -> {
      String use = own.path().substring(own.path().lastIndexOf('.') + 1);
      Catalogue.Entry plugin = catalogue.entries().stream().filter(e -> e.slot().equals("evaluation") && e.use().equals(use)).findFirst().orElse(new Catalogue.Entry("evaluation", use, "", "", ""));
      slots.shows("evaluation." + name, plugin, own.config().root().render(ConfigRenderOptions.concise()));
    });
  }

  /** By name, then metric: {@code pairs: {blimp acc: 0.61}}. */
  SortedMap<String, SortedMap<String, Score>> measure(Subject subject, long step) {
    var out = new TreeMap<String, SortedMap<String, Score>>();
    byName.forEach((name, evaluation) -> {
      List<ItemResult> items = evaluation.measure(subject);
      ItemFile.write(folder.resolve(name).resolve(step + ".jsonl"), items);
      out.put(name, TaskScores.named(items));
    });
    return out;
  }

  /** The means alone, as they stand in {@code metrics.jsonl}. */
  static SortedMap<String, SortedMap<String, Double>> means(SortedMap<String, SortedMap<String, Score>> measured) {
    var out = new TreeMap<String, SortedMap<String, Double>>();
    measured.forEach((name, scores) -> {
      var means = new TreeMap<String, Double>();
      scores.forEach((metric, score) -> means.put(metric, score.mean()));
      out.put(name, means);
    });
    return out;
  }

  /** Each number under one name: {@code pairs.blimp acc}. */
  static SortedMap<String, Score> flat(SortedMap<String, SortedMap<String, Score>> measured) {
    var out = new TreeMap<String, Score>();
    measured.forEach((name, scores) -> scores.forEach((metric, score) -> out.put(name + "." + metric, score)));
    return out;
  }
}
