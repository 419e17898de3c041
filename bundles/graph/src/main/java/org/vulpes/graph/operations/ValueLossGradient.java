package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/** The gradient of {@link ValueLoss} by the values. Inputs: values, old values, returns, and the gradient of the loss; all and the output of one shape. */
public record ValueLossGradient(ValueLoss of) implements Operation {

  @Override
  public String name() {
    return "value-loss-gradient";
  }

  @Override
  public String family() {
    return "loss";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "values", "old", "returns", "gradient");
    for (int i = 1; i < 4; i++) Expect.sameSizes(inputs, 0, "values", i, List.of("values", "old", "returns", "gradient").get(i));
    return List.of(inputs.getFirst());
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return 6 * inputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    for (int i = 0; i < inputs[0].length; i++) outputs[0][i] = inputs[3][i] * of.slope(inputs[0][i], inputs[1][i], inputs[2][i]);
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw Expect.noSecondDerivative(this);
  }
}
