package org.vulpes.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.evaluation.Score;
import org.vulpes.slot.InvalidInput;
import org.vulpes.training.Durable;
import org.vulpes.training.Seal;

/** {@code results.jsonl} and the like: one line for each trial that ended; a later line about the same trial replaces an earlier one. */
final class Results {
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private final Path file;

  private Results(Path file) {
    this.file = file;
  }

  /** Trials that decide. */
  static Results verdict(Path folder) {
    return new Results(folder.resolve("results.jsonl"));
  }

  static Results pilot(Path folder) {
    return new Results(folder.resolve("pilot.jsonl"));
  }

  /** Trials of stages before the last. */
  static Results stages(Path folder) {
    return new Results(folder.resolve("stages.jsonl"));
  }

  static Results tuning(Path folder) {
    return new Results(folder.resolve("tuning.jsonl"));
  }

  /** Results on disk in the order in which trials first ended; a last line that a kill cut in two is left out: that trial ends again. */
  synchronized List<TrialResult> read() {
    if (!Files.exists(file)) return List.of();
    var byTrial = new java.util.LinkedHashMap<String, TrialResult>();
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new InvalidInput(file + " is not UTF-8 text; it was altered. Delete it: its trials are then judged again from their last checkpoints.", e);
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + file + ": " + e.getMessage() + ".", e);
    }
    int number = 0;
    for (int at = 0, end; (end = text.indexOf('\n', at)) >= 0; at = end + 1) {
      number++;
      String line = text.substring(at, end);
      try {
        if (!Seal.intact(line)) throw altered(number);
        TrialResult r = parse(JSON.readTree(line));
        byTrial.put(r.arm() + "/" + r.seed() + "/" + r.config(), r);
      } catch (JsonProcessingException e) {
        throw altered(number);
      }
    }
    return new ArrayList<>(byTrial.values());
  }

  private InvalidInput altered(int line) {
    return new InvalidInput(file + ":" + line + ": this line was altered since it was written. Delete the line: its trial is then judged again from its last checkpoint.");
  }

  synchronized void add(TrialResult r) {
    var line = new TreeMap<String, Object>();
    line.put("arm", r.arm());
    line.put("seed", r.seed());
    line.put("status", r.status());
    line.put("reason", r.reason());
    line.put("config", r.config());
    line.put("bits-per-byte", Double.isNaN(r.bitsPerByte()) ? null : r.bitsPerByte());
    line.put("domains", r.byDomain());
    line.put("sampling-error", Double.isNaN(r.samplingError()) ? null : r.samplingError());
    line.put("steps", r.steps());
    line.put("tokens", r.tokens());
    line.put("bytes", r.bytes());
    line.put("flops", r.flops());
    line.put("seconds", r.seconds());
    line.put("memory", r.memory());
    line.put("epochs", r.epochs());
    if (!r.measured().isEmpty()) line.put("measured", scores(r.measured()));
    line.put(Seal.FIELD, Seal.BLANK);
    try {
      repair();
      try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
        var bytes = ByteBuffer.wrap((Seal.close(JSON.writeValueAsString(line)) + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) channel.write(bytes);
        channel.force(true);
      }
    } catch (IOException e) {
      throw Durable.failure(file, e);
    }
  }

  /** Takes away an unfinished last line, which would otherwise run into the next. */
  private void repair() throws IOException {
    if (!Files.exists(file)) return;
    String text = Files.readString(file);
    if (!text.isEmpty() && !text.endsWith("\n")) Durable.write(file, text.substring(0, text.lastIndexOf('\n') + 1));
  }

  private static TrialResult parse(JsonNode n) {
    return new TrialResult(n.path("arm").asText(), n.path("seed").asLong(), n.path("status").asText(), n.path("reason").asText(), n.path("config").asText(),
        n.path("bits-per-byte").asDouble(Double.NaN), numbers(n.path("domains")), n.path("sampling-error").asDouble(Double.NaN), n.path("steps").asLong(), n.path("tokens").asLong(), n.path("bytes").asLong(),
        n.path("flops").asDouble(), n.path("seconds").asDouble(), n.path("memory").asLong(), numbers(n.path("epochs")), scores(n.path("measured")));
  }

  private static SortedMap<String, Object> scores(SortedMap<String, Score> measured) {
    var out = new TreeMap<String, Object>();
    measured.forEach((name, s) -> {
      var one = new TreeMap<String, Object>();
      one.put("mean", Double.isFinite(s.mean()) ? s.mean() : null);
      one.put("standard-error", Double.isFinite(s.standardError()) ? s.standardError() : null);
      one.put("items", s.items());
      one.put("clusters", s.clusters());
      out.put(name, one);
    });
    return out;
  }

  private static SortedMap<String, Score> scores(JsonNode block) {
    var out = new TreeMap<String, Score>();
    block.properties().forEach(e -> out.put(e.getKey(), new Score(e.getValue().path("mean").asDouble(Double.NaN), e.getValue().path("standard-error").asDouble(Double.NaN),
        e.getValue().path("items").asInt(), e.getValue().path("clusters").asInt())));
    return out;
  }

  static SortedMap<String, Double> numbers(JsonNode block) {
    var out = new TreeMap<String, Double>();
    block.properties().forEach(e -> out.put(e.getKey(), e.getValue().asDouble()));
    return out;
  }
}
