package org.vulpes.curriculum;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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

  /** Sequences an optimizer step. */
  public int sequences() {
    return batchTokens / sequenceLength;
  }
}
