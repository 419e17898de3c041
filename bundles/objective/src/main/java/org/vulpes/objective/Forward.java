package org.vulpes.objective;

import java.util.SortedMap;
import org.vulpes.graph.Tensor;

/** A program without gradients: log-probabilities before an update, values, a teacher's logits. */
public interface Forward {
  /** Distinguishes it from the objective's other ones. */
  String name();

  /** Adds the computation of one micro-batch. @return F32 results by name; every sequence has an equal share of each, in the order of the sequences */
  SortedMap<String, Tensor> build(BatchGraph batch);
}
