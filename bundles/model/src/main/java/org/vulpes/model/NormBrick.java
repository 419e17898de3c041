package org.vulpes.model;

import org.vulpes.graph.Axis;
import org.vulpes.graph.Tensor;

/** Normalises the last axis. */
@FunctionalInterface
public interface NormBrick {
  /**
   * @param group size of the norm's weight, dividing x's last axis: the whole axis, or one head for qk-norm per head
   * @return like x
   */
  Tensor build(Scope scope, Tensor x, Axis group);
}
