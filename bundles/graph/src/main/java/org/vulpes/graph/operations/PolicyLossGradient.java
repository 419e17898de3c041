package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/** The gradient of {@link PolicyLoss} by nll. Inputs: nll, old, reference, advantage, and the gradient of the loss; all and the output of one shape. */
public record PolicyLossGradient(PolicyLoss of) implements Operation {

  @Override
  public String name() {
    return "policy-loss-gradient";
  }

  @Override
  public String family() {
    return "loss";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "nll", "old", "reference", "advantage", "gradient");
    for (int i = 1; i < 5; i++) Expect.sameSizes(inputs, 0, "nll", i, List.of("nll", "old", "reference", "advantage", "gradient").get(i));
    return List.of(inputs.getFirst());
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return 12 * inputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    for (int i = 0; i < inputs[0].length; i++) outputs[0][i] = inputs[4][i] * of.token(inputs[0][i], inputs[1][i], inputs[2][i], inputs[3][i]).gradient();
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw Expect.noSecondDerivative(this);
  }
}
