package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

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
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "p", "g", "m", "v", "factor", "hyper");
    Expect.sameSizes(inputs, 0, "p", 1, "g");
    Expect.sameSizes(inputs, 0, "p", 2, "m");
    Expect.sameSizes(inputs, 0, "p", 3, "v");
    Expect.length(inputs, 4, "factor", 1);
    Expect.length(inputs, 5, "hyper", 8);
    return List.of(inputs.get(0), inputs.get(2), inputs.get(3));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // g' 1, m' 3, v' 4, the two corrections, root, epsilon, quotient, rate and difference 7, decay 1
    return (decay ? 16 : 15) * outputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    double[] p = inputs[0], g = inputs[1], m = inputs[2], v = inputs[3], hyper = inputs[5];
    double factor = inputs[4][0], rate = hyper[0], beta1 = hyper[1], beta2 = hyper[2], epsilon = hyper[3];
    double kept = decay ? 1 - rate * hyper[4] : 1;
    for (int i = 0; i < p.length; i++) {
      double clipped = factor * g[i];
      double m1 = beta1 * m[i] + (1 - beta1) * clipped;
      double v1 = beta2 * v[i] + (1 - beta2) * clipped * clipped;
      outputs[0][i] = p[i] * kept - rate * (m1 / hyper[5]) / (StrictMath.sqrt(v1 / hyper[6]) + epsilon);
      outputs[1][i] = m1;
      outputs[2][i] = v1;
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw Expect.noGradient(this);
  }

  @Override
  public int inPlace(int output) {
    return output == 0 ? 0 : output + 1;
  }
}
