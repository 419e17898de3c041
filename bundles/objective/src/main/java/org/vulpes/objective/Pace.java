package org.vulpes.objective;

import org.vulpes.curriculum.Lesson;

/**
 * What one step takes, as far as it is known before anything runs: for plans.
 *
 * @param tokens by which it shrinks the run's budget
 * @param exact false where a step may take fewer, so that a run has more steps than its budget tells: samples that end early
 * @param sequences that are trained on
 * @param length of each in tokens
 * @param passes of the policy over as many sequences before that, without gradients: samples, log-probabilities; a reference counts as one more
 */
public record Pace(double tokens, boolean exact, int sequences, int length, double passes) {

  /** What the lesson says, and nothing before. */
  public static Pace of(Lesson lesson) {
    return new Pace(lesson.batchTokens(), true, lesson.sequences(), lesson.sequenceLength(), 0);
  }

  public Pace after(double passes) {
    return new Pace(tokens, exact, sequences, length, passes);
  }
}
