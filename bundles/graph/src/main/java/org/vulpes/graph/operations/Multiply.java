package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y = a · b element by element, equal sizes. May run in place of a. Can accumulate.
 */
public record Multiply() implements Operation {

  @Override
  public String name() {
    return "multiply";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "a", "b");
    Expect.sameSizes(inputs, 0, "a", 1, "b");
    return List.of(inputs.get(0));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return outputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    for (int i = 0; i < outputs[0].length; i++) outputs[0][i] = inputs[0][i] * inputs[1][i];
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    Tensor dy = outputGradients.getFirst();
    return List.of(graph.multiply(dy, inputs.get(1)), graph.multiply(dy, inputs.get(0)));
  }

  @Override
  public boolean accumulates() {
    return true;
  }

  @Override
  public int inPlace(int output) {
    return 0;
  }
}
