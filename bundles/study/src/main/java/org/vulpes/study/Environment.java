package org.vulpes.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.framework.FrameworkUtil;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.training.Durable;

/**
 * What trials ran on, one line of {@code environment.jsonl} for each time that something of it changed: a study that is continued after an
 * update shows both.
 *
 * @param since when a command first ran like this, ISO 8601
 * @param vulpes version
 * @param java virtual machine with its version
 * @param system operating system and architecture
 * @param device as the plan names it
 * @param plugins that fill a slot of some arm
 */
public record Environment(String since, String vulpes, String java, String system, String device, List<Catalogue.Entry> plugins) {
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final String FILE = "environment.jsonl";

  static Environment now(Catalogue catalogue, StudyPlan plan) {
    var bundle = FrameworkUtil.getBundle(Environment.class);
    var used = catalogue.entries().stream().filter(e -> plan.arms().stream().anyMatch(a -> uses(a, e))).toList();
    return new Environment(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), bundle == null ? "outside a framework" : bundle.getVersion().toString(),
        System.getProperty("java.vm.name") + " " + Runtime.version(), System.getProperty("os.name") + " " + System.getProperty("os.arch"), plan.device(), used);
  }

  private static boolean uses(Arm arm, Catalogue.Entry e) {
    String key = e.slot() + ".use";
    return arm.config().hasPath(key) && arm.config().getString(key).equals(e.use());
  }

  /** Adds a line unless the last one says the same. */
  static void record(Path folder, Catalogue catalogue, StudyPlan plan) {
    var now = now(catalogue, plan);
    var before = read(folder);
    if (!before.isEmpty() && before.getLast().same(now)) return;
    var lines = new StringBuilder();
    for (Environment e : before) lines.append(e.line());
    Durable.write(folder.resolve(FILE), lines.append(now.line()).toString());
  }

  private boolean same(Environment other) {
    return new Environment(since, other.vulpes, other.java, other.system, other.device, other.plugins).equals(this);
  }

  private String line() {
    var out = new TreeMap<String, Object>(Map.of("since", since, "vulpes", vulpes, "java", java, "system", system, "device", device));
    out.put("plugins", plugins.stream().map(p -> new TreeMap<>(Map.of("slot", p.slot(), "use", p.use(), "bundle", p.bundle(), "version", p.version(), "sha256", p.sha256()))).toList());
    try {
      return JSON.writeValueAsString(out) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Oldest first; empty before the first trial. @throws InvalidInput when the file was altered */
  public static List<Environment> read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) return List.of();
    var out = new ArrayList<Environment>();
    try {
      for (String line : Files.readAllLines(file)) {
        JsonNode n = JSON.readTree(line);
        var plugins = new ArrayList<Catalogue.Entry>();
        for (JsonNode p : n.path("plugins")) {
          plugins.add(new Catalogue.Entry(p.path("slot").asText(), p.path("use").asText(), p.path("bundle").asText(), p.path("version").asText(), p.path("sha256").asText()));
        }
        out.add(new Environment(n.path("since").asText(), n.path("vulpes").asText(), n.path("java").asText(), n.path("system").asText(), n.path("device").asText(), plugins));
      }
    } catch (IOException e) {
      throw new InvalidInput(file + " cannot be read (" + e.getMessage() + "); delete it: the next run begins it anew.", e);
    }
    return out;
  }
}
