package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * Inputs: x, weight, mean, inverse, dy. Outputs: dx, dweight [width], dbias [width].
 */
public record LayerNormGradient() implements Operation {

  @Override
  public String name() {
    return "layer-norm-gradient";
  }

  @Override
  public String family() {
    return "norm";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "x", "weight", "mean", "inverse", "dy");
    Expect.vector(inputs, 1, "weight", 0, "x");
    Expect.length(inputs, 2, "mean", inputs.get(0).rows());
    Expect.length(inputs, 3, "inverse", inputs.get(0).rows());
    Expect.sameSizes(inputs, 0, "x", 4, "dy");
    return List.of(inputs.get(0), inputs.get(1), inputs.get(1));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // n 2, g 1, two means 3, dx 4, dweight 2, dbias 1
    return 13 * inputs.get(0).length() + 2L * inputs.get(0).rows();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    // With n = (x − mean)·inverse and g = dy·weight: dx = inverse · (g − mean(g) − n · mean(g·n)); dweight = Σ dy·n; dbias = Σ dy.
    int width = inputs[1].length;
    for (int r = 0; r < inputs[0].length / width; r++) {
      double mean = inputs[2][r], inverse = inputs[3][r], meanG = 0, meanGn = 0;
      for (int j = 0; j < width; j++) {
        double n = (inputs[0][r * width + j] - mean) * inverse, dy = inputs[4][r * width + j], g = dy * inputs[1][j];
        meanG += g / width;
        meanGn += g * n / width;
        outputs[1][j] += dy * n;
        outputs[2][j] += dy;
      }
      for (int j = 0; j < width; j++) {
        double n = (inputs[0][r * width + j] - mean) * inverse, g = inputs[4][r * width + j] * inputs[1][j];
        outputs[0][r * width + j] = inverse * (g - meanG - n * meanGn);
      }
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw Expect.noSecondDerivative(this);
  }
}
