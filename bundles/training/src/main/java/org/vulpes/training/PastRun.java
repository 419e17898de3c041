package org.vulpes.training;

import com.typesafe.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.vulpes.slot.InvalidInput;

/**
 * A run as its folder tells: to be replayed or forked.
 *
 * @param config with which it began; later phases follow from its changes
 * @param journal all its lines, oldest first
 */
public record PastRun(Path folder, Config config, List<Map<String, Object>> journal) {

  /** @throws InvalidInput when the folder holds no run */
  public static PastRun open(Path folder) {
    Path begun = folder.resolve(PhasedRun.BEGUN);
    Path file = Files.exists(begun) ? begun : folder.resolve("config.conf");
    Path journal = folder.resolve("journal.jsonl");
    if (!Files.exists(file) || !Files.exists(journal)) {
      throw new InvalidInput(folder + " holds no run (there is no config.conf or no journal.jsonl in it); give a trial's folder, as in runs/quickstart/trials/fox-s1.");
    }
    return new PastRun(folder, RunConfig.read(file), RunJournal.read(journal));
  }

  /** Step of its newest checkpoint. @throws InvalidInput when there is none */
  public long newest() {
    var found = new Checkpoints(folder.resolve("checkpoints"), Integer.MAX_VALUE).newest();
    if (found == null) throw new InvalidInput(folder + " holds no checkpoint yet; let the run go on until it has written one.");
    return found.state().step();
  }

  /** The lines with which its sessions begin. */
  List<Map<String, Object>> sessions() {
    return journal.stream().filter(l -> "start".equals(l.get("event")) || "resume".equals(l.get("event"))).toList();
  }

  /** @throws InvalidInput when the journal does not tell */
  public long seed() {
    if (!sessions().isEmpty() && sessions().getFirst().get("seed") instanceof Number n) return n.longValue();
    throw new InvalidInput(folder.resolve("journal.jsonl") + " does not tell with which seed the run began; it was altered.");
  }
}
