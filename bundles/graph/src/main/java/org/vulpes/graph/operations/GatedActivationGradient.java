package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * Inputs: gate, up, dy. Outputs: dgate = dy · up · f'(gate), dup = dy · f(gate).
 */
public record GatedActivationGradient(Activation kind) implements Operation {

  @Override
  public String name() {
    return "gated-activation-gradient";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "gate", "up", "dy");
    Expect.sameSizes(inputs, 0, "gate", 1, "up");
    Expect.sameSizes(inputs, 0, "gate", 2, "dy");
    return List.of(inputs.get(0), inputs.get(1));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return (kind.flops() + kind.slopeFlops() + 3) * outputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    for (int i = 0; i < outputs[0].length; i++) {
      double gate = inputs[0][i], up = inputs[1][i], dy = inputs[2][i];
      outputs[0][i] = dy * up * kind.slope(gate);
      outputs[1][i] = dy * kind.value(gate);
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw Expect.noSecondDerivative(this);
  }
}
