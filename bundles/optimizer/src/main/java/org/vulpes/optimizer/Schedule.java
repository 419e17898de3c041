package org.vulpes.optimizer;

/** Scales the learning rate over a run. A function of progress alone, so it has no state. */
@FunctionalInterface
public interface Schedule {

  /**
   * @param share of the token budget spent before this step, 0 … 1
   * @return factor on the peak learning rate, 0 … 1
   */
  double factor(double share);
}
