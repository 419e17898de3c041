package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * Global-norm clipping (Pascanu et al. 2013). Inputs: squaredNorm (one element), limit (one element; 0 or less: never clips). Output: min(1, limit / (sqrt(squaredNorm) + 1e-6)).
 */
public record ClipFactor() implements Operation {

  @Override
  public String name() {
    return "clip-factor";
  }

  @Override
  public String family() {
    return "optimizer";
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
