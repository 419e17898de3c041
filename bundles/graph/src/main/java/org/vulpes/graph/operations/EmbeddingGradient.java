package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * dtable[i] = sum over r with ids[r] = i of dy[r], in the order of r, so that the bits do not depend on threads. Inputs: ids [...], dy [..., width].
 * Output: [rows, width], every row written (zero where no id points). Can accumulate: then only rows that ids point to are touched.
 */
public record EmbeddingGradient(int rows) implements Operation {

  @Override
  public String name() {
    return "embedding-gradient";
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
