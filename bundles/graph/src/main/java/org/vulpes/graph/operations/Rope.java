package org.vulpes.graph.operations;

import java.util.Arrays;
import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

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
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "x", "cos", "sin");
    Expect.that(rotated > 0 && rotated % 2 == 0 && rotated <= headDim,
        "rotated " + rotated + " must be even, positive and at most headDim " + headDim);
    Shape x = inputs.get(0);
    Expect.that(x.rank() >= 2, "x " + x + " must have a time axis before its last");
    Expect.that(x.last().size() % headDim == 0, x.last() + " of x is not a multiple of headDim " + headDim);
    Expect.rank(inputs, 1, "cos", 2);
    Expect.that(inputs.get(1).axis(0).size() == x.axis(-2).size(), x.axis(-2) + " of x does not match " + inputs.get(1).axis(0) + " of cos " + inputs.get(1));
    Expect.last(inputs, 1, "cos", rotated / 2, "rotated/2 = " + rotated / 2);
    Expect.sameSizes(inputs, 1, "cos", 2, "sin");
    return List.of(x);
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // 4 products and 2 sums a pair
    return 3 * (inputs.get(0).length() / headDim) * rotated;
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int half = rotated / 2, time = inputShapes[1][0], width = inputShapes[0][inputShapes[0].length - 1];
    double[] x = inputs[0], y = outputs[0];
    System.arraycopy(x, 0, y, 0, x.length);
    for (int at = 0; at < x.length; at += headDim) {
      int t = at / width % time;
      for (int j = 0; j < half; j++) {
        double cos = inputs[1][t * half + j], sin = inverse ? -inputs[2][t * half + j] : inputs[2][t * half + j];
        y[at + j] = x[at + j] * cos - x[at + j + half] * sin;
        y[at + j + half] = x[at + j + half] * cos + x[at + j] * sin;
      }
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    Tensor dx = graph.one(new Rope(headDim, rotated, !inverse), outputGradients.getFirst(), inputs.get(1), inputs.get(2));
    return Arrays.asList(dx, null, null);
  }

  @Override
  public int inPlace(int output) {
    return 0;
  }
}
