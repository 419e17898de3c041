package org.vulpes.training;

import java.util.List;
import org.vulpes.objective.Objective;
import org.vulpes.reward.Judged;
import org.vulpes.reward.Reward;
import org.vulpes.reward.Sample;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.RunSlots;
import org.vulpes.slot.Snapshot;

/** The slot {@code reward} of runs whose objective asks for one: it is filled then, and exchanged between two steps. What was judged before keeps its rewards. */
final class RunReward {
  static final String SLOT = "reward";

  private final RunSlots slots;
  private LoopSlot<Reward> slot;

  RunReward(RunSlots slots) {
    this.slots = slots;
  }

  /** Lets an objective ask for what fills the slot; any objective that is about to take over, too. @return it */
  Objective judge(Objective objective) {
    if (!(objective instanceof Judged judged) || !judged.byTheRun()) return objective;
    if (slot == null) throw new InvalidInput("it has rewards judged that this run, which began without a slot 'reward', does not have; name them in rewards { correct { use = exact } }");
    judged.by(slot::occupant);
    return objective;
  }

  /** Fills the slot for the objective with which a run begins, and offers it, or says why there is nothing to exchange. */
  void begin(Objective objective) {
    if (objective instanceof Judged judged && judged.byTheRun()) {
      slot = new LoopSlot<>(SLOT, slots.fill(SLOT), r -> Snapshot.empty(SLOT), (r, state) -> { }, r -> tried(r, judged.example()));
      slots.offer(slot);
      judge(objective);
    } else {
      slots.stays(SLOT, "of the objective", objective instanceof Judged ? "several rewards are weighed under the objective's own block; exchange the objective" : "this run's objective asks for no reward");
    }
  }

  private static List<Runnable> tried(Reward reward, Sample right) {
    double[] scores = reward.score(List.of(right));
    if (scores == null || scores.length != 1) throw new InvalidInput("it gives " + (scores == null ? "nothing" : scores.length + " scores") + " for one sample");
    if (!Double.isFinite(scores[0])) throw new InvalidInput("it gives " + scores[0] + " for '" + right.text() + "', the right answer to '" + right.problem().prompt() + "'");
    return List.of();
  }
}
