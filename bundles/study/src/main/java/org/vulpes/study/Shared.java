package org.vulpes.study;

/**
 * The first steps of an arm that another arm takes too: they are trained once a seed, and this arm's trial begins at the other's checkpoint, with the bits that it would have had by itself.
 *
 * @param from the other arm
 * @param token at which the two part, the end of a step
 * @param flops of training up to there
 */
public record Shared(String from, long token, double flops) {}
