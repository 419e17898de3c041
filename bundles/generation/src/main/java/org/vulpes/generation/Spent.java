package org.vulpes.generation;

/**
 * What a generator has spent since it was made.
 *
 * @param promptNanos of prompts' passes through the model
 * @param promptFlops by the operations' rules
 * @param stepNanos of the steps that give each sequence a token more
 * @param drawNanos of drawing tokens from logits
 * @param tokens drawn
 */
public record Spent(long promptNanos, double promptFlops, long stepNanos, double stepFlops, long drawNanos, long tokens) {
  public static final Spent NOTHING = new Spent(0, 0, 0, 0, 0, 0);

  Spent prompts(long nanos, double flops) {
    return new Spent(promptNanos + nanos, promptFlops + flops, stepNanos, stepFlops, drawNanos, tokens);
  }

  Spent step(long nanos, double flops) {
    return new Spent(promptNanos, promptFlops, stepNanos + nanos, stepFlops + flops, drawNanos, tokens);
  }

  Spent drawn(long nanos, long count) {
    return new Spent(promptNanos, promptFlops, stepNanos, stepFlops, drawNanos + nanos, tokens + count);
  }
}
