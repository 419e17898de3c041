package org.vulpes.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.corpus.TokenStore;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.training.Durable;
import org.vulpes.training.Seal;

/**
 * Lets every arm choose among the same settings, by as many trials as every other. The lowest mean wins, at a tie the smaller value; a trial
 * that diverged or failed makes its setting the worst. The choice is written into {@code tuning.json}, sealed, before the first verdict trial.
 */
final class Tuning {
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).enable(SerializationFeature.INDENT_OUTPUT);

  private final StudyPlan plan;
  private final TuningGrid grid;
  private final Map<String, TokenStore> stores;
  private final Catalogue catalogue;
  private final Path folder;

  /** @param plan with its arms as they were declared */
  Tuning(StudyPlan plan, Map<String, TokenStore> stores, Catalogue catalogue, Path folder) {
    this.plan = plan;
    this.stores = stores;
    this.catalogue = catalogue;
    this.folder = folder;
    grid = plan.design().tuning();
  }

  /** An arm's configuration with settings laid over it. */
  static Config with(Config config, SortedMap<String, String> settings) {
    Config c = config;
    for (var s : settings.entrySet()) {
      ConfigValue value = TuningGrid.isNumber(s.getValue()) ? ConfigFactory.parseString("v = " + s.getValue()).getValue("v") : ConfigValueFactory.fromAnyRef(s.getValue());
      c = c.withValue(s.getKey(), value);
    }
    return c;
  }

  private Config shortened(Arm arm, SortedMap<String, String> point) {
    return with(arm.config(), point).withValue("training.tokens", ConfigValueFactory.fromAnyRef(grid.tokens()));
  }

  /** Point by point, all arms of a point together. */
  List<Trials.Trial> trials() {
    var out = new ArrayList<Trials.Trial>();
    var points = grid.points();
    for (long seed : grid.seeds()) {
      for (var point : points) {
        for (Arm a : plan.arms()) {
          Config config = shortened(a, point);
          String hash = Arms.hash(config, stores.get(a.name()), catalogue);
          out.add(new Trials.Trial(a.name(), seed, a.name() + " with " + TuningGrid.words(point), config, hash, grid.tokens(),
              // By its hash: a grid that grows keeps its trials.
              folder.resolve("tuning").resolve(a.name() + "-" + hash.substring(0, 8) + "-s" + seed)));
        }
      }
    }
    return out;
  }

  /** Chooses and writes the choice down. @return settings by arm; absent trials, of a study that was stopped, are no settings */
  Map<String, SortedMap<String, String>> choose() {
    var done = Results.tuning(folder).read();
    var chosen = new LinkedHashMap<String, SortedMap<String, String>>();
    var all = new ArrayList<TuningTrial>();
    for (Arm a : plan.arms()) {
      SortedMap<String, String> best = null;
      double reached = Double.NaN;
      var trials = new LinkedHashMap<SortedMap<String, String>, List<TrialResult>>();
      for (var point : grid.points()) {
        String hash = Arms.hash(shortened(a, point), stores.get(a.name()), catalogue);
        var of = grid.seeds().stream().map(s -> done.stream().filter(r -> r.arm().equals(a.name()) && r.seed() == s && r.config().equals(hash)).findFirst().orElseThrow()).toList();
        trials.put(point, of);
        double mean = of.stream().mapToDouble(r -> r.finished() ? plan.metric().of(r) : Double.NaN).average().orElseThrow();
        // A setting with a trial that gave no number is chosen only when all have one.
        if (best == null || Double.isNaN(reached) && Double.isFinite(mean) || plan.metric().better(mean, reached)) {
          best = point;
          reached = mean;
        }
      }
      chosen.put(a.name(), best);
      var winner = best;
      trials.forEach((point, of) -> of.forEach(r -> all.add(new TuningTrial(a.name(), point, r.seed(), r.status(), plan.metric().of(r), point.equals(winner)))));
    }
    write(all);
    return chosen;
  }

  private void write(List<TuningTrial> all) {
    var out = new TreeMap<String, Object>();
    out.put(Seal.FIELD, Seal.BLANK);
    out.put("tokens", grid.tokens());
    out.put("trials", all.stream().map(t -> {
      var line = new TreeMap<String, Object>();
      line.put("arm", t.arm());
      line.put("settings", t.settings());
      line.put("seed", t.seed());
      line.put("status", t.status());
      line.put("value", Double.isNaN(t.value()) ? null : t.value());
      line.put("chosen", t.chosen());
      return line;
    }).toList());
    try {
      Durable.write(file(folder), Seal.close(JSON.writeValueAsString(out) + "\n"));
    } catch (JsonProcessingException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Path file(Path folder) {
    return folder.resolve("tuning.json");
  }

  /** The tuning that was written down; empty when there was none, or when it has not ended. */
  static List<TuningTrial> read(Path folder) {
    Path file = file(folder);
    if (!Files.exists(file)) return List.of();
    try {
      String text = Files.readString(file);
      if (!Seal.intact(text)) throw altered(file);
      var out = new ArrayList<TuningTrial>();
      for (JsonNode t : JSON.readTree(text).path("trials")) {
        var settings = new TreeMap<String, String>();
        t.path("settings").properties().forEach(e -> settings.put(e.getKey(), e.getValue().asText()));
        out.add(new TuningTrial(t.path("arm").asText(), settings, t.path("seed").asLong(), t.path("status").asText(), t.path("value").asDouble(Double.NaN),
            t.path("chosen").asBoolean()));
      }
      return out;
    } catch (JsonProcessingException | java.nio.charset.CharacterCodingException e) {
      throw altered(file);
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + file + ": " + e.getMessage() + ".", e);
    }
  }

  private static InvalidInput altered(Path file) {
    return new InvalidInput(file + " was altered since it was written. Delete it and run the study again: the choice is made anew from tuning.jsonl.");
  }

  /** What each arm chose, and where the best may lie beyond what was tried; in sentences. */
  static List<String> words(StudyPlan plan, List<TuningTrial> trials) {
    var grid = plan.design().tuning();
    var out = new ArrayList<String>();
    for (Arm a : plan.arms()) {
      var own = trials.stream().filter(t -> t.arm().equals(a.name())).toList();
      var chosen = own.stream().filter(TuningTrial::chosen).toList();
      if (chosen.isEmpty()) continue;
      var point = chosen.getFirst().settings();
      String lost = own.stream().noneMatch(t -> t.status().equals("finished")) ? "; all its tuning trials were lost, so nothing was learnt" : "";
      var edges = grid.edges(point);
      String edge = lost.isEmpty() && !edges.isEmpty() ? "; that is the edge of the grid (" + String.join(", ", edges.stream().map(k -> k + " " + grid.values().get(k)).toList())
          + "), so a better one may lie beyond it" : "";
      out.add("Tuned " + a.name() + ": " + TuningGrid.words(point) + " was best of " + grid.points().size() + lost + edge + ".");
    }
    return out;
  }
}
