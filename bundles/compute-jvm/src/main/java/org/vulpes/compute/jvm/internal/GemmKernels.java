package org.vulpes.compute.jvm.internal;

/** Matrix products: {@link org.vulpes.graph.operations.MatMul}. */
final class GemmKernels {
  private GemmKernels() {}

  static void register(KernelTable table) {}
}
