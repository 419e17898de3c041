package org.vulpes.compute;

/** What a call computes: its name, and as record components all that is known when a program is recorded (epsilon, transposition, …). */
public interface Kernel {

  /** For messages and profiles: {@code "matmul"}, {@code "attention-gradient"}, … */
  String name();

  /** The slot that can exchange the implementation: {@code gemm}, {@code attention}, {@code norm}, {@code loss}, {@code optimizer}, {@code elementwise}. */
  String family();
}
