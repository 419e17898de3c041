package org.vulpes.curriculum;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/**
 * One decision of a curriculum.
 *
 * @param sequenceLength tokens a sequence
 * @param batchTokens tokens an optimizer step; a multiple of {@code sequenceLength}
 * @param domainWeights share of sequences drawn from each domain, not necessarily normalised; empty: in proportion to the domains' sizes
 */
public record Lesson(int sequenceLength, int batchTokens, SortedMap<String, Double> domainWeights) {
  public Lesson {
    domainWeights = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(domainWeights));
  }

  public Lesson(int sequenceLength, int batchTokens, Map<String, Double> domainWeights) {
    this(sequenceLength, batchTokens, new TreeMap<>(domainWeights));
  }

  /**
   * Reads {@code sequence-length}, {@code batch-tokens} and {@code weights} of a block.
   *
   * @throws InvalidInput when one is missing or out of range, or the batch is not a multiple of the sequence length
   */
  public static Lesson read(Options options) {
    int length = options.integer("sequence-length", 2, 1 << 20);
    int batch = options.integer("batch-tokens", 2, 1 << 28);
    if (batch % length != 0) {
      throw options.wrong("batch-tokens", "must be a multiple of sequence-length = " + length + ", but is " + batch);
    }
    Map<String, Double> weights = options.weights("weights");
    if (!weights.isEmpty() && weights.values().stream().allMatch(w -> w == 0)) {
      throw options.wrong("weights", "must give at least one domain a weight above 0; leave it empty for the domains' natural sizes");
    }
    return new Lesson(length, batch, weights);
  }

  /** Sequences an optimizer step. */
  public int sequences() {
    return batchTokens / sequenceLength;
  }
}
