package org.vulpes.training;

import java.util.SortedMap;
import org.vulpes.evaluation.Score;

/**
 * How a run ended.
 *
 * @param reason one sentence when it did not finish; empty otherwise
 * @param bitsPerByte mean over domains at the final step; NaN unless finished
 * @param byDomain bits per byte of each domain at the final step; empty unless finished
 * @param standardError of bitsPerByte over validation documents; NaN unless finished
 * @param seconds of training and evaluation, over all sessions of the run
 * @param flops of training, by the operations' rules
 * @param memory bytes that weights, gradients, moments and programs held on the device at most, in this session of the run
 * @param epochs how often each domain was taught
 * @param measured by the run's evaluations at the final step, each number under {@code evaluation.metric}; empty unless finished
 */
public record Outcome(Status status, String reason, long step, long tokens, long bytes, double bitsPerByte, SortedMap<String, Double> byDomain,
    double standardError, double seconds, double flops, long memory, SortedMap<String, Double> epochs,
    SortedMap<String, Score> measured) {

  /** FINISHED: the budget is spent. DIVERGED: loss or gradient is not finite. STOPPED: asked to; a checkpoint was left and the run can go on. PAUSED: a point was reached that its caller waits for; a checkpoint was left. */
  public enum Status {
    FINISHED,
    DIVERGED,
    STOPPED,
    PAUSED
  }
}
