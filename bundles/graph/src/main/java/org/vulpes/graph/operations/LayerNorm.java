package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * y = (x − mean) / sqrt(variance + epsilon) · weight + bias, over the last axis; variance divides by width. Ba et al. 2016.
 *
 * <p>Inputs: x [..., width], weight [width], bias [width] (may be absent: two inputs). Outputs: y, mean [..., 1], inverse [..., 1].
 */
public record LayerNorm(double epsilon) implements Operation {

  @Override
  public String name() {
    return "layer-norm";
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
