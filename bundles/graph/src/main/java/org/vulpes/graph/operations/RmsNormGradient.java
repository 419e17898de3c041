package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

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
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "x", "weight", "inverse", "dy");
    Expect.group(inputs, 1, "weight", 0, "x");
    Expect.length(inputs, 2, "inverse", inputs.get(0).length() / inputs.get(1).length());
    Expect.sameSizes(inputs, 0, "x", 3, "dy");
    return List.of(inputs.get(0), inputs.get(1));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // n 1, g 1 (2 with the offset), mean 2, dx 3, dweight 2
    return (offset ? 10 : 9) * inputs.get(0).length() + inputs.get(2).length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int group = inputs[1].length;
    for (int r = 0; r < inputs[2].length; r++) {
      double inverse = inputs[2][r], mean = 0;
      for (int j = 0; j < group; j++) {
        double n = inputs[0][r * group + j] * inverse, dy = inputs[3][r * group + j];
        mean += dy * weight(inputs[1][j]) * n / group;
        outputs[1][j] += dy * n;
      }
      for (int j = 0; j < group; j++) {
        double n = inputs[0][r * group + j] * inverse, g = inputs[3][r * group + j] * weight(inputs[1][j]);
        outputs[0][r * group + j] = inverse * (g - n * mean);
      }
    }
  }

  private double weight(double stored) {
    return offset ? 1 + stored : stored;
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw Expect.noSecondDerivative(this);
  }
}
