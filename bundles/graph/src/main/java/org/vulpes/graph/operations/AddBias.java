package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y[r, j] = x[r, j] + bias[j]. Inputs: x [..., width], bias [width]. May run in place of x.
 */
public record AddBias() implements Operation {

  @Override
  public String name() {
    return "add-bias";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "x", "bias");
    Expect.vector(inputs, 1, "bias", 0, "x");
    return List.of(inputs.get(0));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return outputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int width = inputs[1].length;
    for (int i = 0; i < outputs[0].length; i++) outputs[0][i] = inputs[0][i] + inputs[1][i % width];
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    Tensor dy = outputGradients.getFirst();
    return List.of(dy, graph.one(new SumRows(), dy));
  }

  @Override
  public int inPlace(int output) {
    return 0;
  }
}
