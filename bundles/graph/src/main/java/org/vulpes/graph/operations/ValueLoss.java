package org.vulpes.graph.operations;

import java.util.Arrays;
import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * PPO's loss of a value head, token by token: ½ max((v − R)², (v' − R)²) with v' = v held within {@code clip} of the value before the update.
 *
 * <p>Inputs, all of one shape: values v, old values, returns R. Output like v.
 *
 * @param clip infinite: never
 */
public record ValueLoss(double clip) implements Operation {

  /** The formula, for one token. */
  public double of(double v, double old, double target) {
    double held = held(v, old);
    return Math.max((v - target) * (v - target), (held - target) * (held - target)) / 2;
  }

  /** By v; 0 where the held value is the further one, unless nothing is held. */
  public double slope(double v, double old, double target) {
    double held = held(v, old);
    return held == v || Math.abs(v - target) >= Math.abs(held - target) ? v - target : 0;
  }

  private double held(double v, double old) {
    return Math.max(old - clip, Math.min(old + clip, v));
  }

  @Override
  public String name() {
    return "value-loss";
  }

  @Override
  public String family() {
    return "loss";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "values", "old", "returns");
    Expect.sameSizes(inputs, 0, "values", 1, "old");
    Expect.sameSizes(inputs, 0, "values", 2, "returns");
    return List.of(inputs.getFirst());
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return 6 * inputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    for (int i = 0; i < inputs[0].length; i++) outputs[0][i] = of(inputs[0][i], inputs[1][i], inputs[2][i]);
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    return Arrays.asList(graph.one(new ValueLossGradient(this), inputs.get(0), inputs.get(1), inputs.get(2), outputGradients.getFirst()), null, null);
  }
}
