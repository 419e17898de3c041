package org.vulpes.objective;

import org.vulpes.graph.Tensor;
import org.vulpes.slot.Swappable;

/** Adds the loss of one micro-batch to a graph. */
public interface Objective extends Swappable {
  Loss build(BatchGraph batch);

  /**
   * @param scalar one element: what is differentiated; summed over micro-batches it is the step's loss
   * @param nll [batch, time] negative log-likelihood of each target in nats, for statistics
   */
  record Loss(Tensor scalar, Tensor nll) {}
}
