package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y = s · x. Inputs: x, s (one element). May run in place of x. Can accumulate.
 */
public record ScaleBy() implements Operation {

  @Override
  public String name() {
    return "scale-by";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "x", "s");
    Expect.length(inputs, 1, "s", 1);
    return List.of(inputs.get(0));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return outputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    for (int i = 0; i < outputs[0].length; i++) outputs[0][i] = inputs[1][0] * inputs[0][i];
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    Tensor dy = outputGradients.getFirst();
    return List.of(graph.one(this, dy, inputs.get(1)), graph.dot(dy, inputs.get(0)));
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
