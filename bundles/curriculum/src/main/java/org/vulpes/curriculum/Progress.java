package org.vulpes.curriculum;

/**
 * How far a run is. Holds only what the journal reproduces, never wall time.
 *
 * @param step optimizer steps done
 * @param tokens training tokens seen
 * @param totalTokens the run's budget
 * @param loss mean training loss of the last step in nats per token; NaN before the first
 */
public record Progress(long step, long tokens, long totalTokens, double loss) {

  /** Share of the budget that is spent, 0 … 1. */
  public double share() {
    return totalTokens == 0 ? 1 : (double) tokens / totalTokens;
  }
}
