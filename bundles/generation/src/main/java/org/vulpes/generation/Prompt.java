package org.vulpes.generation;

/**
 * Tokens to be continued.
 *
 * @param tokens at least one; end-of-text starts a text from nothing
 * @param samples how many continuations; the prompt passes through the model once for all of them
 * @param seed of the draws: sample i depends on seed and i, the prompt and the weights, not on what is generated beside it
 */
public record Prompt(int[] tokens, int samples, long seed) {
  public Prompt {
    tokens = tokens.clone();
  }

  public static Prompt of(int... tokens) {
    return new Prompt(tokens, 1, 0);
  }
}
