package org.vulpes.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Snapshot;
import org.vulpes.tokenizer.Tokenizer;

/** What a run leaves behind in its folder: configuration, tokenizer, journal, metrics, checkpoints. */
final class RunFiles implements AutoCloseable {
  /** Event of what a device chose for itself. */
  static final String TUNED = "tuned";

  private final Path folder;
  private final Checkpoints checkpoints;
  private final Checkpoints.Found found;
  private final String configHash;
  private final List<Map<String, Object>> past;
  private String kept = "";
  private RunJournal journal;
  private RunJournal metrics;

  /** Looks at what is there; writes nothing. @throws InvalidInput when a checkpoint is damaged, or belongs to another run */
  RunFiles(Path folder, int keepCheckpoints, String configHash) {
    this.folder = folder;
    this.configHash = configHash;
    checkpoints = new Checkpoints(folder.resolve("checkpoints"), keepCheckpoints);
    found = checkpoints.newest();
    if (found != null && !found.state().configHash().equals(configHash)) {
      throw new InvalidInput(folder + " holds a run of another configuration, seed or corpus; give this one another name, or delete that folder.");
    }
    Path file = folder.resolve("journal.jsonl");
    past = Files.exists(file) ? ofThisRun(RunJournal.read(file), configHash) : List.of();
  }

  /** The lines since the folder last began with another configuration: before its first checkpoint a run may be given one. */
  private static List<Map<String, Object>> ofThisRun(List<Map<String, Object>> lines, String configHash) {
    int from = 0;
    for (int i = 0; i < lines.size(); i++) {
      Object config = lines.get(i).get("config");
      if (config != null && !config.equals(configHash)) from = i + 1;
    }
    return lines.subList(from, lines.size());
  }

  /** The checkpoint from which the run goes on, or null. */
  Checkpoints.Found found() {
    return found;
  }

  /** The journal of the sessions before. */
  List<Map<String, Object>> past() {
    return past;
  }

  /** What a device chose for itself in the sessions before. @param device as the journal names it */
  SortedMap<String, String> tuned(String device) {
    var out = new TreeMap<String, String>();
    for (var line : past) {
      if (TUNED.equals(line.get("event")) && device.equals(line.get("device")) && line.get("choices") instanceof Map<?, ?> choices) choices.forEach((k, v) -> out.put(String.valueOf(k), String.valueOf(v)));
    }
    return out;
  }

  /**
   * Opens what grows. Configuration and tokenizer are written anew by a resumed run too: what became of them meanwhile does not matter.
   *
   * @return what a person should know about the files that were there; empty when all is well
   */
  String open(RunOrder order, Tokenizer tokenizer) {
    Durable.write(folder.resolve("config.conf"), RunConfig.render(order.config()));
    keep(tokenizer);
    journal = RunJournal.open(folder.resolve("journal.jsonl"), Long.MAX_VALUE);
    long step = found == null ? 0 : found.state().step();
    Path curves = folder.resolve("metrics.jsonl");
    // A run without a checkpoint begins anew, with what is measured before its first step.
    metrics = RunJournal.open(curves, found == null ? -1 : step);
    long there = found == null ? 0 : RunJournal.read(curves).stream().filter(l -> l.containsKey("loss")).count();
    return there == step ? "" : curves + " holds " + there + " of the " + step + " steps before the checkpoint: the run goes on, but its curves will have a gap.";
  }

  /** A line for the journal of a run that is not open. */
  static void append(Path folder, Map<String, Object> event) {
    try (var journal = RunJournal.open(folder.resolve("journal.jsonl"), Long.MAX_VALUE)) {
      journal.write(timed(event));
      journal.force();
    }
  }

  private static Map<String, Object> timed(Map<String, Object> event) {
    var line = new TreeMap<>(event);
    line.put("time", java.time.Instant.now().toString());
    return line;
  }

  /** The tokenizer of the newest checkpoint, for people and other tools: each checkpoint has its own. */
  void keep(Tokenizer tokenizer) {
    if (!tokenizer.fingerprint().equals(kept)) tokenizer.save(folder.resolve("tokenizer.json"));
    kept = tokenizer.fingerprint();
  }

  RunJournal metrics() {
    return metrics;
  }

  /** A line of the journal, on the disk when this returns; from any thread. */
  void event(Map<String, Object> event) {
    note(event);
    journal.force();
  }

  /** The same for an event of a step. */
  void event(String kind, long step, Map<String, Object> more) {
    var line = new TreeMap<>(more);
    line.put("event", kind);
    line.put("step", step);
    event(line);
  }

  /** The same for what may happen at every step: it is on the disk with the next event or checkpoint. */
  void note(Map<String, Object> event) {
    var line = timed(event);
    line.putIfAbsent("config", configHash);
    journal.write(line);
  }

  /** @return checksums of the files by name; empty when there was a checkpoint of this step already */
  Map<String, Object> checkpoint(RunState state, Checkpoints.Legend legend, ModelWeights weights, Tensors moments) {
    metrics.force();
    return checkpoints.write(state, legend, weights, moments);
  }

  /** State of a slot in the checkpoint. @throws InvalidInput when there is none */
  Snapshot slot(String name) {
    Snapshot snapshot = found.state().slots().get(name);
    if (snapshot == null) throw new InvalidInput("The checkpoint of step " + found.state().step() + " in " + folder + " has no state for slot '" + name + "'; it is damaged.");
    return snapshot;
  }

  @Override
  public void close() {
    if (metrics != null) metrics.close();
    if (journal != null) journal.close();
  }
}
