package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * Global-norm clipping (Pascanu et al. 2013). Inputs: squaredNorm (one element), limit (one element; 0 or less: never clips). Output: min(1, limit / (sqrt(squaredNorm) + 1e-6)).
 */
public record ClipFactor() implements Operation {

  @Override
  public String name() {
    return "clip-factor";
  }

  @Override
  public String family() {
    return "optimizer";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "squaredNorm", "limit");
    Expect.length(inputs, 0, "squaredNorm", 1);
    Expect.length(inputs, 1, "limit", 1);
    return List.of(Shape.scalar());
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return 4;
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    double limit = inputs[1][0];
    outputs[0][0] = limit <= 0 ? 1 : Math.min(1, limit / (StrictMath.sqrt(inputs[0][0]) + 1e-6));
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw Expect.noGradient(this);
  }
}
