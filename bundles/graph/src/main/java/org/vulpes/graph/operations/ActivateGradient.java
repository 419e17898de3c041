package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * Inputs: x, dy. Output: dx = dy · f'(x). May run in place of dy.
 */
public record ActivateGradient(Activation kind) implements Operation {

  @Override
  public String name() {
    return "activate-gradient";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "x", "dy");
    Expect.sameSizes(inputs, 0, "x", 1, "dy");
    return List.of(inputs.get(0));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return (kind.slopeFlops() + 1) * outputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    for (int i = 0; i < outputs[0].length; i++) outputs[0][i] = inputs[1][i] * kind.slope(inputs[0][i]);
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw Expect.noSecondDerivative(this);
  }

  @Override
  public int inPlace(int output) {
    return 1;
  }
}
