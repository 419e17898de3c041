package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y = x / sqrt(mean(x²) + epsilon) · w, where w is the weight, or 1 + the weight when {@code offset} (Gemma). Zhang and Sennrich 2019.
 *
 * <p>Inputs: x [..., width], weight [group]; group divides width, and each group of that many neighbouring columns is normalised by itself
 * (group = width: the usual norm; group = head-dim: qk-norm per head). Outputs: y [..., width], inverse [..., width/group] = 1/sqrt(mean+eps).
 */
public record RmsNorm(double epsilon, boolean offset) implements Operation {

  @Override
  public String name() {
    return "rms-norm";
  }

  @Override
  public String family() {
    return "norm";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "x", "weight");
    Expect.group(inputs, 1, "weight", 0, "x");
    Shape x = inputs.get(0);
    return List.of(x, x.withLast(Axis.of("groups", x.last().size() / inputs.get(1).last().size())));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // squares 2, y 2 (3 with the offset) an element; quotient, epsilon, root and inverse a group
    return (offset ? 5 : 4) * inputs.get(0).length() + 4 * outputs.get(1).length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int group = inputs[1].length;
    for (int r = 0; r < outputs[1].length; r++) {
      double squares = 0;
      for (int j = 0; j < group; j++) squares += inputs[0][r * group + j] * inputs[0][r * group + j];
      double inverse = 1 / StrictMath.sqrt(squares / group + epsilon);
      for (int j = 0; j < group; j++) outputs[0][r * group + j] = inputs[0][r * group + j] * inverse * (offset ? 1 + inputs[1][j] : inputs[1][j]);
      outputs[1][r] = inverse;
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    Expect.noGradientOf(this, "inverse", outputGradients.get(1));
    return graph.apply(new RmsNormGradient(offset), inputs.get(0), inputs.get(1), outputs.get(1), outputGradients.get(0));
  }
}
