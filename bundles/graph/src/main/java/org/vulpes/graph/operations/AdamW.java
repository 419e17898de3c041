package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * One AdamW update (Loshchilov and Hutter 2019). Inputs: p, g, m, v, factor (one element, from {@link ClipFactor}), hyper [8] = {learning rate, beta1,
 * beta2, epsilon, weight decay, 1 − beta1^t, 1 − beta2^t, unused}. Outputs: p', m', v', each in place of its input.
 *
 * <p>g' = factor·g; m' = beta1·m + (1−beta1)·g'; v' = beta2·v + (1−beta2)·g'²; p' = p·(1 − lr·wd if decay) − lr · (m'/c1) / (sqrt(v'/c2) + epsilon).
 */
public record AdamW(boolean decay) implements Operation {

  @Override
  public String name() {
    return "adamw";
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
    return output == 0 ? 0 : output + 1;
  }
}
