package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * y[r] = table[ids[r]]. Inputs: table [rows, width], ids [...] I32. Output: [..., width]. An id outside 0 … rows−1 is an error of the caller; kernels clamp it, the float64 definition refuses it.
 */
public record Embedding() implements Operation {

  @Override
  public String name() {
    return "embedding";
  }

  @Override
  public String family() {
    return "elementwise";
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
