package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y = f(x). See {@link Activation}. May run in place.
 */
public record Activate(Activation kind) implements Operation {

  @Override
  public String name() {
    return "activate";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public int inPlace(int output) {
    return 0;
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "x");
    return List.of(inputs.getFirst());
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return kind.flops() * outputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    for (int i = 0; i < outputs[0].length; i++) outputs[0][i] = kind.value(inputs[0][i]);
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    return List.of(graph.one(new ActivateGradient(kind), inputs.getFirst(), outputGradients.getFirst()));
  }
}
