package org.vulpes.training;

import com.typesafe.config.Config;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.slot.Options;

/**
 * What the {@code training} block of a configuration says.
 *
 * @param tokens budget of a run
 * @param microBatchTokens most tokens that pass through the model at once; a step's batch is cut into micro-batches of at most this size
 * @param clip global gradient norm above which gradients are scaled down; 0: never
 * @param checkpointEvery steps between checkpoints; the last step always leaves one
 * @param keepCheckpoints how many of the newest stay
 * @param evaluations how often validation is measured, evenly over the budget; the last one is at the final step
 * @param evaluationBytes of each domain that all but the last read; the last reads everything
 * @param evaluationLength tokens a validation window
 * @param metricWeights weight of each domain in the mean bits per byte; empty: all equal
 * @param threads that work on one run; 0: as many as there are cores
 */
public record RunSettings(long tokens, int microBatchTokens, double clip, int checkpointEvery, int keepCheckpoints, int evaluations, long evaluationBytes,
    int evaluationLength, SortedMap<String, Double> metricWeights, int threads) {

  public static RunSettings of(Config config) {
    var o = Options.at(config, "training");
    return new RunSettings(o.whole("tokens", 1, Long.MAX_VALUE), o.integer("micro-batch-tokens", 1, 1 << 24), o.number("clip", 0, 1e9),
        o.integer("checkpoint-every", 1, Integer.MAX_VALUE), o.integer("keep-checkpoints", 1, 1_000_000), o.integer("evaluations", 1, 10_000), o.whole("evaluation-bytes", 1, Long.MAX_VALUE),
        o.integer("evaluation-length", 2, 1 << 20), new TreeMap<>(o.weights("metric-weights")), o.integer("threads", 0, 1024));
  }
}
