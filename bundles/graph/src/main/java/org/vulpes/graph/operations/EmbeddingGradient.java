package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

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
  public DType inputType(int input) {
    return input == 0 ? DType.I32 : DType.F32;
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "ids", "dy");
    Expect.leading(inputs, 0, "ids", 1, "dy");
    return List.of(Shape.of(Axis.of("rows", rows), inputs.get(1).last()));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return inputs.get(1).length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int width = outputShapes[0][1];
    for (int r = 0; r < inputs[0].length; r++) {
      for (int j = 0; j < width; j++) outputs[0][(int) inputs[0][r] * width + j] += inputs[1][r * width + j];
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw Expect.noSecondDerivative(this);
  }

  @Override
  public boolean accumulates() {
    return true;
  }
}
