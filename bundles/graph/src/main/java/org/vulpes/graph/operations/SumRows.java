package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * y[j] = sum over rows r of x[r, j]. Input x [..., width], output [width]. The gradient of a bias. Can accumulate.
 */
public record SumRows() implements Operation {

  @Override
  public String name() {
    return "sum-rows";
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

  @Override
  public boolean accumulates() {
    return true;
  }
}
