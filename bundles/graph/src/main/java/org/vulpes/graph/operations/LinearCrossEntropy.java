package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * Cross-entropy of a linear head, fused and chunked over the vocabulary: logits are never stored as a whole.
 *
 * <p>Inputs: hidden [..., width], weight [vocabulary, width], targets [...] I32 (−1: ignored). Outputs: nll [...] = logSumExp_r − hidden_r ·
 * weight[target_r] (natural log; 0 where ignored), logSumExp [...] (of every row, ignored ones too).
 */
public record LinearCrossEntropy() implements Operation {

  @Override
  public String name() {
    return "linear-cross-entropy";
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
