package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * Inputs: x, weight, mean, inverse, dy. Outputs: dx, dweight [width], dbias [width].
 */
public record LayerNormGradient() implements Operation {

  @Override
  public String name() {
    return "layer-norm-gradient";
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
