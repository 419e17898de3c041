package org.vulpes.compute;

import java.util.List;

/**
 * A recorded computation: calls in order, memory planned.
 *
 * @param name for profiles and messages ("accumulate 8x256")
 * @param bindings what the caller supplies: parameters, gradients, moments, inputs, results
 * @param arenaBytes planned memory that all programs of a run share
 */
public record Program(String name, List<Binding> bindings, List<KernelCall> calls, long arenaBytes) {
  public Program {
    bindings = List.copyOf(bindings);
    calls = List.copyOf(calls);
  }

  /** Memory that the caller owns. @param length in elements */
  public record Binding(String name, DType type, long length) {}
}
