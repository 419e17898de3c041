package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * Inputs: hidden, weight, targets, logSumExp, coefficient [...] (d loss / d nll). Outputs: dhidden [..., width], dweight [vocabulary, width].
 *
 * <p>dlogits[r, c] = coefficient[r] · (softmax_c − [c = target_r]), zero in ignored rows; dhidden = dlogits · weight; dweight = dlogitsᵀ · hidden.
 */
public record LinearCrossEntropyGradient() implements Operation {

  @Override
  public String name() {
    return "linear-cross-entropy-gradient";
  }

  @Override
  public String family() {
    return "loss";
  }

  @Override
  public java.util.List<org.vulpes.graph.Shape> infer(java.util.List<org.vulpes.graph.Shape> inputs) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long flops(java.util.List<org.vulpes.graph.Shape> inputs, java.util.List<org.vulpes.graph.Shape> outputs) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public java.util.List<org.vulpes.graph.Tensor> gradient(org.vulpes.graph.Graph graph, java.util.List<org.vulpes.graph.Tensor> inputs,
      java.util.List<org.vulpes.graph.Tensor> outputs, java.util.List<org.vulpes.graph.Tensor> outputGradients) {
    throw new UnsupportedOperationException();
  }
}
