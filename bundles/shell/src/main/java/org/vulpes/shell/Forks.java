package org.vulpes.shell;

import java.util.List;
import org.vulpes.slot.RunControl;

/** Siblings of runs, which begin at one of their checkpoints and do something otherwise from there on. */
public interface Forks {

  /**
   * Begins one, or goes on with one that was stopped, and trains it beside whatever is going.
   *
   * @param step of a checkpoint that the run keeps; −1: its newest
   * @param set {@code key=value}: what is otherwise
   * @param name of its folder beside the run's; null: RUN-at-STEP
   * @return what became of weights and moments, in one sentence
   * @throws org.vulpes.slot.InvalidInput when it cannot be begun: nothing was written
   */
  String fork(RunControl run, long step, List<String> set, String name);

  /** The forks of a run, one line each: name, from which step, what is otherwise, how far. */
  List<String> of(RunControl run);
}
