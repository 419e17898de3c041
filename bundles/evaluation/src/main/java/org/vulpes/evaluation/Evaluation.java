package org.vulpes.evaluation;

import java.util.List;
import java.util.SortedSet;

/** Measures a model, once or while it trains (slot {@code evaluation}, {@code Plugin<Evaluation>}). Changes nothing of the run: no random numbers, no state. */
public interface Evaluation {
  /** Names of the numbers that {@link TaskScores#named} makes of what it measures: a study may decide by one of them, and is told before it trains when there is none of that name. */
  SortedSet<String> metrics();

  /** @throws org.vulpes.slot.InvalidInput when its data are missing or broken; asked once before a run trains, too, with the model as it begins */
  List<ItemResult> measure(Subject subject);
}
