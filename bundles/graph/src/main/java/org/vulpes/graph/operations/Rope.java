package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * Rotary position embedding (Su et al. 2021), pairing dimension j with j + rotated/2 inside each head; dimensions from {@code rotated} on pass through.
 *
 * <p>Inputs: x [batch, time, heads·headDim], cos [time, rotated/2], sin [time, rotated/2] (constants that already hold any scaling). Output
 * like x: y_j = x_j cos − x_{j+r/2} sin; y_{j+r/2} = x_{j+r/2} cos + x_j sin. {@code inverse} turns the other way: it is the gradient. May run in place.
 */
public record Rope(int headDim, int rotated, boolean inverse) implements Operation {

  @Override
  public String name() {
    return "rope";
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
  public int inPlace(int output) {
    return 0;
  }
}
