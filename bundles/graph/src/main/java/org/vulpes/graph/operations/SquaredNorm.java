package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y = sum over all inputs of the squares of all their elements, one element; partial sums over fixed blocks in a fixed order, added up in double. Takes any number of inputs.
 */
public record SquaredNorm() implements Operation {

  @Override
  public String name() {
    return "squared-norm";
  }

  @Override
  public String family() {
    return "optimizer";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.that(!inputs.isEmpty(), "takes one or more inputs");
    return List.of(Shape.scalar());
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    long n = 0;
    for (Shape s : inputs) n += 2 * s.length();
    return n;
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    for (double[] x : inputs) for (double e : x) outputs[0][0] += e * e;
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    // d Σ x² = 2 x
    return inputs.stream().map(x -> graph.scale(graph.one(new ScaleBy(), x, outputGradients.getFirst()), 2)).toList();
  }
}
