package org.vulpes.model;

import org.vulpes.graph.Tensor;

/** Works on each position by itself. */
@FunctionalInterface
public interface FeedForwardBrick {
  /** x [batch, time, width] → [batch, time, width], not yet added to the residual stream. */
  Tensor build(Scope scope, Tensor x);
}
