package org.vulpes.evaluation;

import java.util.List;

/** Measures a model, once or while it trains (slot {@code evaluation}, {@code Plugin<Evaluation>}). Changes nothing of the run: no random numbers, no state. */
@FunctionalInterface
public interface Evaluation {
  /** @throws org.vulpes.slot.InvalidInput when its data are missing or broken; asked once before a run trains, too, with a model that has learned nothing */
  List<ItemResult> measure(Subject subject);
}
