package org.vulpes.slot;

/**
 * How far a run is, between two steps.
 *
 * @param step optimizer steps done
 * @param tokens training tokens seen
 * @param totalTokens the run's budget
 * @param loss of the last step, nats per token; NaN before the first
 */
public record Position(long step, long tokens, long totalTokens, double loss) {}
