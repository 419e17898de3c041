package org.vulpes.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How far a run's files say it is. @param loss of that step, nats per token */
public record RunProgress(long step, long tokens, double loss) {

  /** The last step in the folder's metrics; empty when the run has not begun. */
  public static Optional<RunProgress> of(Path folder) {
    Path file = folder.resolve("metrics.jsonl");
    if (!Files.exists(file)) return Optional.empty();
    RunProgress last = null;
    for (var line : RunJournal.read(file)) {
      if (line.get("loss") instanceof Number loss && line.get("step") instanceof Number step && line.get("tokens") instanceof Number tokens) {
        last = new RunProgress(step.longValue(), tokens.longValue(), loss.doubleValue());
      }
    }
    return Optional.ofNullable(last);
  }
}
