package org.vulpes.model;

import org.vulpes.graph.Axis;
import org.vulpes.graph.Tensor;

/**
 * Tokens to vectors, and the matrix that turns vectors to logits. Both methods get the scope of the whole model, so that a tied head finds the
 * table: its parameters are called {@code model.embed_tokens.weight} and {@code lm_head.weight}.
 */
public interface EmbeddingBrick {
  /** ids [batch, time] I32 → [batch, time, width]. */
  Tensor embed(Scope scope, Tensor ids, Axis vocabulary, Axis width);

  /** The head's weight [vocabulary, width]: the table itself when tied, a matrix of its own otherwise. */
  Tensor head(Scope scope, Axis vocabulary, Axis width);
}
