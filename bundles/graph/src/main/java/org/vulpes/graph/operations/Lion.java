package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

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
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "p", "g", "m", "factor", "hyper");
    Expect.sameSizes(inputs, 0, "p", 1, "g");
    Expect.sameSizes(inputs, 0, "p", 2, "m");
    Expect.length(inputs, 3, "factor", 1);
    Expect.length(inputs, 4, "hyper", 8);
    return List.of(inputs.get(0), inputs.get(2));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // g' 1, direction 3, m' 3, step 2, decay 1
    return (decay ? 10 : 9) * outputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    double[] p = inputs[0], g = inputs[1], m = inputs[2], hyper = inputs[4];
    double factor = inputs[3][0], rate = hyper[0], beta1 = hyper[1], beta2 = hyper[2];
    double kept = decay ? 1 - rate * hyper[4] : 1;
    for (int i = 0; i < p.length; i++) {
      double clipped = factor * g[i];
      outputs[0][i] = p[i] * kept - rate * Math.signum(beta1 * m[i] + (1 - beta1) * clipped);
      outputs[1][i] = beta2 * m[i] + (1 - beta2) * clipped;
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw Expect.noGradient(this);
  }

  @Override
  public int inPlace(int output) {
    return output == 0 ? 0 : 2;
  }
}
