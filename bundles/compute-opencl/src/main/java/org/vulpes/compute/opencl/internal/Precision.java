package org.vulpes.compute.opencl.internal;

import java.util.Set;
import org.vulpes.compute.Kernel;

/** To what matrix products round their operands. Sums, weights, moments and everything that is no product are fp32 always. */
enum Precision {
  FP32, BF16;

  private static final Set<String> PRODUCTS = Set.of("matmul", "linear-cross-entropy", "linear-cross-entropy-gradient");

  /** Whether a kernel multiplies matrices. */
  static boolean matters(Kernel kernel) {
    return PRODUCTS.contains(kernel.name());
  }

  /** What a device adds to its version: its bits are others. Nothing for fp32. */
  String suffix() {
    return this == FP32 ? "" : ", " + this;
  }

  /** That of a device with such a version. */
  static Precision of(String version) {
    return version.endsWith(BF16.suffix()) ? BF16 : FP32;
  }

  /** As configurations say it. */
  @Override
  public String toString() {
    return this == FP32 ? "fp32" : "bf16";
  }
}
