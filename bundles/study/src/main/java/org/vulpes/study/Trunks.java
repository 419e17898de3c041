package org.vulpes.study;

import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.vulpes.training.Fork;
import org.vulpes.training.PhasedRun;

/** Which trials of a batch begin in the middle of which others. */
final class Trunks {
  private final List<Arm> arms;
  private final List<Trials.Trial> trials;

  Trunks(List<Arm> arms, List<Trials.Trial> trials) {
    this.arms = arms;
    this.trials = trials;
  }

  /** @param trunk the other trial @param token at which the two part */
  record Part(Trials.Trial trunk, long token) {
    boolean isThere() {
      return Files.isDirectory(PhasedRun.branch(trunk.place(), token));
    }
  }

  /** Where a trial begins; empty at its own beginning. */
  Optional<Part> of(Trials.Trial trial) {
    return shared(trial.arm()).flatMap(s -> trials.stream().filter(t -> t.arm().equals(s.from()) && t.seed() == trial.seed()).findFirst().map(t -> new Part(t, s.token())));
  }

  private Optional<Shared> shared(String arm) {
    return arms.stream().filter(a -> a.name().equals(arm)).findFirst().flatMap(Arm::shared);
  }

  /** Tokens at which a trial leaves checkpoints for others that have not begun. */
  SortedSet<Long> waypoints(Trials.Trial trial) {
    var out = new TreeSet<Long>();
    for (Trials.Trial other : trials) {
      of(other).filter(p -> p.trunk().equals(trial) && !Fork.begun(other.place())).ifPresent(p -> out.add(p.token()));
    }
    return out;
  }

  /** All have ended: nobody begins in the middle any more. */
  void forget() {
    for (Trials.Trial t : trials) of(t).ifPresent(p -> PhasedRun.forgetBranches(p.trunk().place()));
  }
}
