package org.vulpes.reward;

import java.util.function.Supplier;

/** An objective that has what a policy writes judged by the reward that fills the run's slot {@code reward}, which may be another one from one rollout to the next. */
public interface Judged {
  /** False where it names rewards of its own: the slot is of no use then. */
  boolean byTheRun();

  /** @param reward what fills the slot, asked anew for each rollout */
  void by(Supplier<Reward> reward);

  /** Something rightly solved, for trying a reward out. */
  Sample example();
}
