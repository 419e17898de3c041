package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * Inputs: x, weight, inverse, dy. Outputs: dx [..., width], dweight [group] (sum over rows and groups).
 *
 * <p>With n = x·inverse and g = dy·w: dx = inverse · (g − n · mean(g·n)); dweight = sum of dy·n.
 */
public record RmsNormGradient(boolean offset) implements Operation {

  @Override
  public String name() {
    return "rms-norm-gradient";
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
