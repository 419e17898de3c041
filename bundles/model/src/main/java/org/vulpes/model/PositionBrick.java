package org.vulpes.model;

import java.util.Optional;
import org.vulpes.graph.Tensor;

/** Tells positions apart. */
@FunctionalInterface
public interface PositionBrick {
  /** Queries or keys [batch, time, heads·headDim] with their positions worked in (RoPE), or unchanged (NoPE). */
  Tensor rotate(Scope scope, Tensor x, int headDim);

  /** Why heads of this size cannot be rotated, to follow the words "head-dim"; empty when they can. Asked by the attention brick, which knows the key to blame. */
  default Optional<String> refusal(int headDim) {
    return Optional.empty();
  }

  /**
   * What is added to the token embeddings [batch, time, width] (learned positions); unchanged by default.
   *
   * @param scope of the whole model: a parameter's name starts with {@code model.}
   */
  default Tensor embed(Scope scope, Tensor x) {
    return x;
  }

  /** The longest input in tokens; {@link Integer#MAX_VALUE} when nothing limits it. */
  default int longest() {
    return Integer.MAX_VALUE;
  }
}
