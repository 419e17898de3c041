package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y = factor · x. May run in place. Can accumulate.
 */
public record Scale(double factor) implements Operation {

  @Override
  public String name() {
    return "scale";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "x");
    return List.of(inputs.getFirst());
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return outputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    for (int i = 0; i < outputs[0].length; i++) outputs[0][i] = factor * inputs[0][i];
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    return List.of(graph.scale(outputGradients.getFirst(), factor));
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
