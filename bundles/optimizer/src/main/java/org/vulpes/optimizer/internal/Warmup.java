package org.vulpes.optimizer.internal;

import java.util.function.DoubleUnaryOperator;
import org.vulpes.optimizer.Schedule;

/**
 * A linear rise from zero over the first {@code warmup} share of the budget, then a shape over what is left.
 *
 * @param after factor at 0 … 1 of the budget after the warm-up
 */
record Warmup(double warmup, DoubleUnaryOperator after) implements Schedule {

  @Override
  public double factor(double share) {
    if (share < warmup) return share / warmup;
    return after.applyAsDouble(warmup < 1 ? Math.min(1, (share - warmup) / (1 - warmup)) : 1);
  }
}
