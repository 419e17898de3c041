package org.vulpes.compute.jvm.internal;

import java.util.function.LongUnaryOperator;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;

/**
 * A kernel call whose operands have addresses.
 *
 * @param inputs absolute addresses, in the order of the call's inputs; 64-byte aligned unless the operand lies inside a binding at an odd offset
 * @param partials gives memory that lives as long as the executable (bytes → address, 64-byte aligned), for results of pieces that a second phase sums
 * @param shared gives memory for what one phase of this call leaves to the next, and nobody reads after the call (bytes → address, 64-byte aligned)
 * @param threads of the device: what may depend on it is how work is cut whose bits do not depend on the cut
 */
record Call(KernelCall source, long[] inputs, long[] outputs, LongUnaryOperator partials, LongUnaryOperator shared, int threads) {
  long in(int i) {
    return inputs[i];
  }

  long out(int i) {
    return outputs[i];
  }

  Operand input(int i) {
    return source.inputs().get(i);
  }

  Operand output(int i) {
    return source.outputs().get(i);
  }

  boolean accumulate() {
    return source.accumulate();
  }
}
