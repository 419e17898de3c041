package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y = (x − mean) / sqrt(variance + epsilon) · weight + bias, over the last axis; variance divides by width. Ba et al. 2016.
 *
 * <p>Inputs: x [..., width], weight [width], bias [width] (may be absent: two inputs). Outputs: y, mean [..., 1], inverse [..., 1].
 */
public record LayerNorm(double epsilon) implements Operation {

  @Override
  public String name() {
    return "layer-norm";
  }

  @Override
  public String family() {
    return "norm";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    if (inputs.size() == 3) Expect.vector(inputs, 2, "bias", 0, "x");
    else Expect.inputs(inputs, "x", "weight");
    Expect.vector(inputs, 1, "weight", 0, "x");
    Shape x = inputs.get(0), one = x.withLast(Axis.of("one", 1));
    return List.of(x, one, one);
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // mean 1, variance 3, y 3 or 4 an element; quotients, epsilon, root and inverse a row
    Shape x = inputs.get(0);
    return (inputs.size() == 3 ? 8 : 7) * x.length() + 5L * x.rows();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int width = inputs[1].length;
    for (int r = 0; r < inputs[0].length / width; r++) {
      double mean = 0, variance = 0;
      for (int j = 0; j < width; j++) mean += inputs[0][r * width + j];
      mean /= width;
      for (int j = 0; j < width; j++) {
        double d = inputs[0][r * width + j] - mean;
        variance += d * d;
      }
      double inverse = 1 / StrictMath.sqrt(variance / width + epsilon);
      for (int j = 0; j < width; j++) {
        double bias = inputs.length == 3 ? inputs[2][j] : 0;
        outputs[0][r * width + j] = (inputs[0][r * width + j] - mean) * inverse * inputs[1][j] + bias;
      }
      outputs[1][r] = mean;
      outputs[2][r] = inverse;
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    Expect.noGradientOf(this, "mean", outputGradients.get(1));
    Expect.noGradientOf(this, "inverse", outputGradients.get(2));
    return graph.apply(new LayerNormGradient(), inputs.get(0), inputs.get(1), outputs.get(1), outputs.get(2), outputGradients.get(0))
        .subList(0, inputs.size());
  }
}
