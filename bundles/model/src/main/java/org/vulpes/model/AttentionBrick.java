package org.vulpes.model;

import org.vulpes.graph.Tensor;

/** Mixes information between positions. */
@FunctionalInterface
public interface AttentionBrick {
  /** x [batch, time, width] → [batch, time, width], not yet added to the residual stream. */
  Tensor build(Scope scope, Tensor x, Layer layer);
}
