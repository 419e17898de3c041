package org.vulpes.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.model.ParameterCount;
import org.vulpes.slot.InvalidInput;
import org.vulpes.study.matching.Dimension;
import org.vulpes.study.matching.Match;
import org.vulpes.study.matching.Quantity;
import org.vulpes.study.statistics.Spending;
import org.vulpes.training.Durable;
import org.vulpes.training.Seal;

/** {@code plan.json}: what was planned before the first trial, so that a later change can be told. */
final class PlanFile {
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).enable(SerializationFeature.INDENT_OUTPUT);

  private PlanFile() {}

  /** What was declared when the study in this folder began, and what was changed since, a sentence each. */
  record Begun(SortedMap<String, String> declared, List<String> changes) {
    boolean changed() {
      return !changes.isEmpty();
    }

    /** The same study under the plan that is declared now. */
    Begun now(SortedMap<String, String> plan, double alpha) {
      var all = new LinkedHashSet<>(changes);
      all.addAll(Preregistration.changes(declared, plan, alpha));
      return new Begun(declared, List.copyOf(all));
    }

    /** Why the verdicts are exploratory; empty when they are not. */
    String why() {
      return changes.isEmpty() ? "" : "The plan was changed after the first trial. " + String.join(" ", changes);
    }
  }

  /** The device that the study in this folder was planned for, as a configuration names it. */
  static Optional<String> device(Path folder) {
    Path file = folder.resolve("plan.json");
    return Files.exists(file) ? Optional.of(tree(file).path("device").asText().split(" ")[0]).filter(d -> !d.isEmpty()) : Optional.empty();
  }

  static Optional<Begun> read(Path folder) {
    Path file = folder.resolve("plan.json");
    if (!Files.exists(file)) return Optional.empty();
    JsonNode n = tree(file);
    return Optional.of(new Begun(texts(n.path("declared")), strings(n.path("changes"))));
  }

  private static JsonNode tree(Path file) {
    try {
      String text = Files.readString(file);
      if (Seal.intact(text)) return JSON.readTree(text);
    } catch (CharacterCodingException | JsonProcessingException e) {
      // Altered, as below.
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + file + ": " + e.getMessage() + ".", e);
    }
    throw new InvalidInput(file + " was altered since it was written. Delete it and run the study again: finished trials are kept, and the verdicts are exploratory.");
  }

  private static SortedMap<String, String> texts(JsonNode block) {
    var out = new TreeMap<String, String>();
    block.properties().forEach(e -> out.put(e.getKey(), e.getValue().asText()));
    return out;
  }

  private static List<String> strings(JsonNode list) {
    var out = new ArrayList<String>();
    list.forEach(n -> out.add(n.asText()));
    return out;
  }

  private static List<Long> longs(JsonNode list) {
    var out = new ArrayList<Long>();
    list.forEach(n -> out.add(n.asLong()));
    return out;
  }

  /** Hash of the baseline's configuration before it was tuned: that of the pilot's trials. */
  static String pilotConfig(Path folder) {
    return tree(folder.resolve("plan.json")).path("pilot-config").asText();
  }

  /** @param begun what was declared at the beginning @param pilotConfig hash of the baseline's configuration as it was declared */
  static void write(Path folder, StudyPlan plan, Begun begun, String pilotConfig) {
    var out = new TreeMap<String, Object>();
    out.put(Seal.FIELD, Seal.BLANK);
    out.put("hash", Preregistration.hash(begun.declared()));
    out.put("declared", begun.declared());
    out.put("changes", begun.changes());
    out.put("pilot-config", pilotConfig);
    out.put("design", design(plan.design()));
    out.put("name", plan.name());
    out.put("question", plan.question());
    out.put("baseline", plan.baseline());
    out.put("seeds", plan.seeds());
    out.put("metric", plan.metric().name());
    out.put("better", plan.metric().higher() ? "higher" : "lower");
    out.put("smallest-effect", plan.smallestEffect());
    out.put("alpha", plan.alpha());
    out.put("tokens", plan.tokens());
    out.put("corpus", plan.corpus());
    out.put("tokenizer", plan.tokenizer());
    out.put("device", plan.device());
    var arms = new ArrayList<Object>();
    for (Arm a : plan.arms()) {
      var arm = new TreeMap<String, Object>();
      arm.put("name", a.name());
      arm.put("changes", a.changes());
      arm.put("hash", a.hash());
      arm.put("config", a.config().root().render(ConfigRenderOptions.concise()));
      arm.put("parameters", a.parameters().byPart());
      arm.put("total-parameters", a.parameters().total());
      arm.put("non-embedding-parameters", a.parameters().nonEmbedding());
      arm.put("flops", a.flops());
      arm.put("steps", new TreeMap<>(Map.of("count", a.steps().count(), "exact", a.steps().exact())));
      arm.put("vocabulary", a.vocabulary());
      a.match().ifPresent(m -> arm.put("match", match(m)));
      a.shared().ifPresent(x -> arm.put("shared", new TreeMap<>(Map.of("from", x.from(), "token", x.token(), "flops", x.flops()))));
      arm.put("lessons", a.lessons().stream().map(PlanFile::lesson).toList());
      arms.add(arm);
    }
    out.put("arms", arms);
    out.put("domains", plan.domains());
    out.put("side-by-side", plan.sideBySide());
    out.put("threads", plan.threads());
    out.put("tokens-per-second", Double.isNaN(plan.tokensPerSecond()) ? null : plan.tokensPerSecond());
    try {
      Durable.write(folder.resolve("plan.json"), Seal.close(JSON.writeValueAsString(out) + "\n"));
    } catch (JsonProcessingException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Map<String, Object> match(Match m) {
    var solved = new TreeMap<String, Integer>();
    m.solved().forEach((d, value) -> solved.put(d.word(), value));
    return new TreeMap<>(Map.of("quantity", m.quantity().word(), "target", m.target(), "reached", m.reached(), "mismatch", m.mismatch(), "solved", solved));
  }

  private static Match match(JsonNode n) {
    var solved = new TreeMap<Dimension, Integer>();
    for (Dimension d : Dimension.values()) if (n.path("solved").has(d.word())) solved.put(d, n.path("solved").path(d.word()).asInt());
    return new Match(Quantity.of(n.path("quantity").asText()), n.path("target").asDouble(), n.path("reached").asDouble(), solved);
  }

  private static Optional<Shared> shared(JsonNode n) {
    return n.isMissingNode() ? Optional.empty() : Optional.of(new Shared(n.path("from").asText(), n.path("token").asLong(), n.path("flops").asDouble()));
  }

  private static Map<String, Object> design(Design d) {
    var out = new TreeMap<String, Object>();
    out.put("looks", d.looks());
    out.put("spending", d.spending().word());
    out.put("share", d.share());
    out.put("aa", d.same());
    out.put("pilot", d.pilot());
    out.put("tune", d.tuning().values());
    out.put("tune-seeds", d.tuning().seeds());
    out.put("tune-tokens", d.tuning().tokens());
    return out;
  }

  private static Design design(JsonNode n) {
    var values = new TreeMap<String, List<String>>();
    n.path("tune").properties().forEach(e -> values.put(e.getKey(), strings(e.getValue())));
    return new Design(longs(n.path("looks")).stream().map(Long::intValue).toList(), Spending.of(n.path("spending").asText()), n.path("share").asBoolean(), n.path("aa").asBoolean(),
        longs(n.path("pilot")), new TuningGrid(values, longs(n.path("tune-seeds")), n.path("tune-tokens").asLong()));
  }

  private static Map<String, Object> lesson(Curriculum.Planned p) {
    return new TreeMap<>(Map.of("from", p.fromToken(), "name", p.name(), "sequence-length", p.lesson().sequenceLength(), "batch-tokens", p.lesson().batchTokens(),
        "weights", p.lesson().domainWeights()));
  }

  /** The plan of the study in a folder. @throws InvalidInput when there is none */
  static StudyPlan load(Path folder) {
    Path file = folder.resolve("plan.json");
    if (!Files.exists(file)) {
      throw new InvalidInput(folder + " holds no study (there is no plan.json in it); give the folder that `vulpes run` named.");
    }
    JsonNode n = tree(file);
    try {
      var arms = new ArrayList<Arm>();
      for (JsonNode a : n.path("arms")) {
        var parts = new TreeMap<String, Long>();
        a.path("parameters").properties().forEach(e -> parts.put(e.getKey(), e.getValue().asLong()));
        var lessons = new ArrayList<Curriculum.Planned>();
        for (JsonNode l : a.path("lessons")) {
          lessons.add(new Curriculum.Planned(l.path("from").asLong(), l.path("name").asText(),
              new Lesson(l.path("sequence-length").asInt(), l.path("batch-tokens").asInt(), Results.numbers(l.path("weights")))));
        }
        arms.add(new Arm(a.path("name").asText(), a.path("changes").asText(), ConfigFactory.parseString(a.path("config").asText()), a.path("hash").asText(),
            new ParameterCount(parts, a.path("total-parameters").asLong(), a.path("non-embedding-parameters").asLong()), a.path("flops").asDouble(),
            new Steps(a.path("steps").path("count").asLong(), a.path("steps").path("exact").asBoolean(true)), a.path("vocabulary").asInt(), lessons, a.has("match") ? Optional.of(match(a.path("match"))) : Optional.empty(), shared(a.path("shared"))));
      }
      var seeds = longs(n.path("seeds"));
      var domains = new TreeMap<String, long[]>();
      n.path("domains").properties().forEach(e -> domains.put(e.getKey(), new long[] {e.getValue().path(0).asLong(), e.getValue().path(1).asLong()}));
      return new StudyPlan(n.path("name").asText(), n.path("question").asText(), n.path("baseline").asText(), arms, seeds, design(n.path("design")), new Metric(n.path("metric").asText(), n.path("better").asText().equals("higher")),
          n.path("smallest-effect").asDouble(), n.path("alpha").asDouble(), n.path("hash").asText(), n.path("tokens").asLong(), n.path("corpus").asText(), domains,
          n.path("tokenizer").asText(), n.path("side-by-side").asInt(), n.path("threads").asInt(), n.path("device").asText(),
          n.path("tokens-per-second").asDouble(Double.NaN));
    } catch (ConfigException e) {
      throw new InvalidInput(file + " holds a configuration that cannot be read. Delete it and run the study again: finished trials are kept.", e);
    }
  }
}
