package org.vulpes.compute.jvm.internal;

/** The loss head: {@link org.vulpes.graph.operations.LinearCrossEntropy} and its gradient. */
final class LossKernels {
  private LossKernels() {}

  static void register(KernelTable table) {}
}
