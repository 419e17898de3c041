package org.vulpes.compute.jvm.internal;

/**
 * One phase of a kernel call with everything fixed: addresses, sizes, and the pieces it is cut into. The cut depends on shapes alone, never on
 * the number of threads (except where no sum crosses it, as in matrix products), and no two pieces write the same memory, so the bits are the same however the pieces are dealt out. A call with a
 * reduction over pieces is two phases: partial results into memory of the executable, then their sum in the order of the pieces.
 */
interface Work {
  int pieces();

  /** @param scratch address of memory of the calling thread alone, 64-byte aligned, {@link #scratchBytes} long, content undefined */
  void run(int piece, long scratch);

  default long scratchBytes() {
    return 0;
  }
}
