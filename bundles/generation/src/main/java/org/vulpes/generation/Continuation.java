package org.vulpes.generation;

/**
 * What was added to a prompt.
 *
 * @param prompt index in the list of prompts
 * @param sample from 0
 * @param tokens the end-of-text token or those that complete a stop text included
 * @param logProbabilities natural logarithm of each token's probability at the temperature of the draw (at 1 where it was 0), before top-k, top-p, min-p and penalty
 */
public record Continuation(int prompt, int sample, int[] tokens, float[] logProbabilities, End end) {

  /** Why it ends. */
  public enum End {
    END_OF_TEXT, STOP_TEXT, LENGTH
  }
}
