package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * Inputs: q, k, v, firstVisible, out, logSumExp, dout. Outputs: dq, dk, dv.
 *
 * <p>With p = exp(scale·q·k − logSumExp) and D = dout·out: dv = pᵀ dout; ds = p ∘ (dout vᵀ − D); dq = scale · ds k; dk = scale · dsᵀ q; dk and dv
 * sum over the query heads of a group.
 */
public record AttentionGradient(int heads, int kvHeads, int headDim, double scale, int window) implements Operation {

  @Override
  public String name() {
    return "attention-gradient";
  }

  @Override
  public String family() {
    return "attention";
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
