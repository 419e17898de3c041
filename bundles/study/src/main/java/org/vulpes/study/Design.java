package org.vulpes.study;

import java.util.List;

/**
 * How a study goes about its question, beyond its arms and seeds; fixed before the first trial.
 *
 * @param looks numbers of seeds, rising, after which all comparisons are judged; the last is all seeds
 */
public record Design(List<Integer> looks) {
  /** One look, once all seeds are there. */
  public static Design fixed(int seeds) {
    return new Design(List.of(seeds));
  }
}
