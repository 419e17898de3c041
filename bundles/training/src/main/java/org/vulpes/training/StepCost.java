package org.vulpes.training;

import org.vulpes.model.Decoder;
import org.vulpes.objective.Objective;

/** What training costs, counted on the graph before anything runs. */
public final class StepCost {
  private StepCost() {}

  /** FLOPs of forward and backward of one sequence of this length, by the operations' rules. */
  public static long flops(Decoder model, Objective objective, int length) {
    return StepPrograms.recordAccumulate(model, objective, 1, length).flops();
  }
}
