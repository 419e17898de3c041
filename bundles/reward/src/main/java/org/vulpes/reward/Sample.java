package org.vulpes.reward;

/**
 * What a policy wrote.
 *
 * @param text of the continuation alone, without end-of-text
 * @param tokens that it took
 * @param ended whether it ended by itself rather than at the longest length
 * @param most tokens that it could have had
 */
public record Sample(Problem problem, String text, int tokens, boolean ended, int most) {}
