package org.vulpes.study;

import java.util.SortedMap;

/**
 * One trial of an arm's tuning: a point of its metric over the settings that were tried.
 *
 * @param settings value of each tuned key, {@code optimizer.adamw.lr → 0.012}
 * @param seed used neither for the verdict nor for the pilot
 * @param status finished, diverged or failed
 * @param value of the study's metric at the final step; NaN unless finished
 * @param chosen whether the arm's verdict trials run with these settings
 */
public record TuningTrial(String arm, SortedMap<String, String> settings, long seed, String status, double value, boolean chosen) {}
