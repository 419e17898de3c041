package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y = sum of a[i] · b[i], one element. Inputs of equal sizes. Used for the weighted mean of token losses.
 */
public record Dot() implements Operation {

  @Override
  public String name() {
    return "dot";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "a", "b");
    Expect.sameSizes(inputs, 0, "a", 1, "b");
    return List.of(Shape.scalar());
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return 2 * inputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    double sum = 0;
    for (int i = 0; i < inputs[0].length; i++) sum += inputs[0][i] * inputs[1][i];
    outputs[0][0] = sum;
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    Tensor dy = outputGradients.getFirst();
    return List.of(graph.one(new ScaleBy(), inputs.get(1), dy), graph.one(new ScaleBy(), inputs.get(0), dy));
  }
}
