package org.vulpes.model;

import org.vulpes.graph.Tensor;

/** Tells positions apart. */
@FunctionalInterface
public interface PositionBrick {
  /** Queries or keys [batch, time, heads·headDim] with their positions worked in (RoPE), or unchanged (NoPE). */
  Tensor rotate(Scope scope, Tensor x, int headDim);

  /** What is added to the token embeddings [batch, time, width] (learned positions); unchanged by default. */
  default Tensor embed(Scope scope, Tensor x) {
    return x;
  }
}
