package org.vulpes.curriculum;

import java.util.SortedMap;

/** Decides from which domains the next step's sequences are drawn. A function of progress and lesson alone, so it has no state; asked once before every step. */
@FunctionalInterface
public interface Mixture {

  /**
   * @param lesson what the curriculum says; its own weights may be kept ({@code mixture = lesson})
   * @return share of each domain, not necessarily normalised; empty: in proportion to the domains' sizes
   */
  SortedMap<String, Double> weights(Progress progress, Lesson lesson);
}
