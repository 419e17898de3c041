package org.vulpes.compute;

import java.util.List;

/**
 * One kernel with its operands.
 *
 * @param accumulate true: results are added to what {@code outputs} hold (only kernels that say so accept it); false: they are overwritten,
 *     whatever was there, NaN included
 * @param label where in the model the call comes from, for profiles and messages ("model.layers.3.self_attn.q_proj")
 */
public record KernelCall(Kernel kernel, List<Operand> inputs, List<Operand> outputs, boolean accumulate, String label) {
  public KernelCall {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
