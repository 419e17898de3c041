package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * One Lion update (Chen et al. 2023). Inputs: p, g, m, factor (one element), hyper [8] = {learning rate, beta1, beta2, unused, weight decay, unused…}.
 * Outputs: p', m', each in place of its input.
 *
 * <p>g' = factor·g; p' = p·(1 − lr·wd if decay) − lr · sign(beta1·m + (1−beta1)·g'); m' = beta2·m + (1−beta2)·g'. sign(0) = 0.
 */
public record Lion(boolean decay) implements Operation {

  @Override
  public String name() {
    return "lion";
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

  @Override
  public int inPlace(int output) {
    return output == 0 ? 0 : 2;
  }
}
