package org.vulpes.graph;

import java.util.EnumSet;
import java.util.Set;

/** What lowering may do beyond writing the graph down node by node; each can be left out to find which one is at fault. */
public enum Pass {
  /** Leaves out what no assignment needs. */
  DROP_DEAD,
  /** The head's logits are kept from the loss for its gradient where they are small enough, instead of being computed twice. */
  KEEP_LOGITS,
  /** {@code a + op(…)} becomes op adding its result to a's memory, where op can do that and nobody reads a any more. */
  ACCUMULATE,
  /** The producer of an assigned value writes into the variable's own memory, where every reader of the old value is done. */
  WRITE_THROUGH,
  /** A result takes over the memory of an input that nobody reads any more. */
  IN_PLACE,
  /** Memory is used again once its last reader is done. */
  REUSE_MEMORY;

  public static final Set<Pass> ALL = Set.copyOf(EnumSet.allOf(Pass.class));
  /** The graph as it was written, node by node: what every other choice is tested against. */
  public static final Set<Pass> NONE = Set.of();
}
