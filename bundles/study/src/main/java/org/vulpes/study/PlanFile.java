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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.model.ParameterCount;
import org.vulpes.slot.InvalidInput;
import org.vulpes.study.matching.Dimension;
import org.vulpes.study.matching.Match;
import org.vulpes.study.matching.Quantity;
import org.vulpes.training.Durable;
import org.vulpes.training.Seal;

/** {@code plan.json}: what was planned before the first trial, so that a later change can be told. */
final class PlanFile {
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).enable(SerializationFeature.INDENT_OUTPUT);

  private PlanFile() {}

  /** The hash of the plan with which the study in this folder began, and whether it was changed since. */
  record Begun(String hash, boolean changed) {}

  static Optional<Begun> read(Path folder) {
    Path file = folder.resolve("plan.json");
    if (!Files.exists(file)) return Optional.empty();
    JsonNode n = tree(file);
    return Optional.of(new Begun(n.path("hash").asText(), n.path("changed").asBoolean()));
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

  /** @param begun hash of the plan that the study began with @param changed whether this plan is another one */
  static void write(Path folder, StudyPlan plan, String begun, boolean changed) {
    var out = new TreeMap<String, Object>();
    out.put(Seal.FIELD, Seal.BLANK);
    out.put("hash", begun);
    out.put("changed", changed);
    out.put("name", plan.name());
    out.put("question", plan.question());
    out.put("baseline", plan.baseline());
    out.put("seeds", plan.seeds());
    out.put("metric", plan.metric());
    out.put("smallest-effect", plan.smallestEffect());
    out.put("alpha", plan.alpha());
    out.put("rule", "two-sided paired t, Holm over " + plan.family() + "; TOST at the same alpha, Holm over its own family");
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
      arm.put("vocabulary", a.vocabulary());
      a.match().ifPresent(m -> arm.put("match", match(m)));
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
            a.path("vocabulary").asInt(), lessons, a.has("match") ? Optional.of(match(a.path("match"))) : Optional.empty()));
      }
      var seeds = new ArrayList<Long>();
      for (JsonNode s : n.path("seeds")) seeds.add(s.asLong());
      var domains = new TreeMap<String, long[]>();
      n.path("domains").properties().forEach(e -> domains.put(e.getKey(), new long[] {e.getValue().path(0).asLong(), e.getValue().path(1).asLong()}));
      return new StudyPlan(n.path("name").asText(), n.path("question").asText(), n.path("baseline").asText(), arms, seeds, Design.fixed(seeds.size()), n.path("metric").asText(),
          n.path("smallest-effect").asDouble(), n.path("alpha").asDouble(), n.path("hash").asText(), n.path("tokens").asLong(), n.path("corpus").asText(), domains,
          n.path("tokenizer").asText(), n.path("side-by-side").asInt(), n.path("threads").asInt(), n.path("device").asText(),
          n.path("tokens-per-second").asDouble(Double.NaN));
    } catch (ConfigException e) {
      throw new InvalidInput(file + " holds a configuration that cannot be read. Delete it and run the study again: finished trials are kept.", e);
    }
  }
}
