package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * y = x / sqrt(mean(x²) + epsilon) · w, where w is the weight, or 1 + the weight when {@code offset} (Gemma). Zhang and Sennrich 2019.
 *
 * <p>Inputs: x [..., width], weight [group]; group divides width, and each group of that many neighbouring columns is normalised by itself
 * (group = width: the usual norm; group = head-dim: qk-norm per head). Outputs: y [..., width], inverse [..., width/group] = 1/sqrt(mean+eps).
 */
public record RmsNorm(double epsilon, boolean offset) implements Operation {

  @Override
  public String name() {
    return "rms-norm";
  }

  @Override
  public String family() {
    return "norm";
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
