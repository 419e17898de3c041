package org.vulpes.graph.internal;

import java.util.ArrayList;
import java.util.List;
import org.vulpes.graph.Operation;

/** An operation about to become a kernel call. Passes change its operands. */
final class Step {
  /** An operand: a value under the sizes of the tensor that was passed. */
  record Use(Value value, int[] shape) {}

  final Operation operation;
  final List<Use> inputs;
  final List<Use> outputs;
  final String label;
  /** The value that the result is added to, and whose memory it takes; null: the result overwrites. */
  Value base;

  Step(Operation operation, List<Use> inputs, List<Use> outputs, String label) {
    this.operation = operation;
    this.inputs = new ArrayList<>(inputs);
    this.outputs = new ArrayList<>(outputs);
    this.label = label;
  }

  /** How many operands read the value, a base included. */
  int reads(Value v) {
    int n = base == v ? 1 : 0;
    for (Use u : inputs) if (u.value() == v) n++;
    return n;
  }
}
