package org.vulpes.model;

import java.util.Optional;
import org.vulpes.graph.Tensor;

/** Works on each position by itself. */
@FunctionalInterface
public interface FeedForwardBrick {
  /** x [batch, time, width] → [batch, time, width], not yet added to the residual stream. */
  Tensor build(Scope scope, Tensor x);

  /** The inner layer in a model of this width; empty when no single option sets its size, and then no study can match variants by it. */
  default Optional<InnerSize> inner(int width) {
    return Optional.empty();
  }
}
