package org.vulpes.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.vulpes.slot.InvalidInput;

/** What a run's journal tells of how the run began: seed, device, corpus, and the bundles that filled its slots. */
public record RunRecord(Path run, long seed, String device, String corpus, String config, List<Map<String, Object>> lines) {

  /** @throws InvalidInput when the folder holds no run */
  public static RunRecord read(Path run) {
    Path file = run.resolve("journal.jsonl");
    if (!Files.exists(file)) throw new InvalidInput(run + " holds no run (there is no journal.jsonl in it); give a trial's folder, as in runs/quickstart/trials/fox-s1.");
    var lines = RunJournal.read(file);
    Map<String, Object> first = null;
    for (var line : lines) if ("start".equals(line.get("event")) || "resume".equals(line.get("event")) && first == null) first = line;
    if (first == null) throw new InvalidInput(file + " does not tell how the run began; it was altered.");
    return new RunRecord(run, first.get("seed") instanceof Number n ? n.longValue() : 0, String.valueOf(first.get("device")), String.valueOf(first.get("corpus")), String.valueOf(first.get("config")), lines);
  }
}
