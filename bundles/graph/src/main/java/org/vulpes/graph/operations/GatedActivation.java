package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y = f(gate) · up: SwiGLU with SILU, GeGLU with GELU (Shazeer 2020). Inputs: gate, up of equal sizes.
 */
public record GatedActivation(Activation kind) implements Operation {

  @Override
  public String name() {
    return "gated-activation";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "gate", "up");
    Expect.sameSizes(inputs, 0, "gate", 1, "up");
    return List.of(inputs.get(0));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return (kind.flops() + 1) * outputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    for (int i = 0; i < outputs[0].length; i++) outputs[0][i] = kind.value(inputs[0][i]) * inputs[1][i];
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    return graph.apply(new GatedActivationGradient(kind), inputs.get(0), inputs.get(1), outputGradients.getFirst());
  }
}
