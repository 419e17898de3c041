package org.vulpes.graph.operations;

import java.util.Arrays;
import java.util.List;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y[j] = sum over rows r of x[r, j]. Input x [..., width], output [width]. The gradient of a bias. Can accumulate.
 */
public record SumRows() implements Operation {

  @Override
  public String name() {
    return "sum-rows";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "x");
    return List.of(Shape.of(inputs.getFirst().last()));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return inputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int width = outputs[0].length;
    for (int i = 0; i < inputs[0].length; i++) outputs[0][i % width] += inputs[0][i];
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    // Every row gets dy: a column of ones times dy as a row.
    Shape x = inputs.getFirst().shape();
    Axis one = Axis.of("one", 1);
    double[] ones = new double[x.rows()];
    Arrays.fill(ones, 1);
    Tensor column = graph.constant("ones." + ones.length, ones, Axis.of("rows", ones.length), one);
    Tensor row = graph.reshape(outputGradients.getFirst(), one, x.last());
    return List.of(graph.reshape(graph.matmul(column, row), x.axes().toArray(Axis[]::new)));
  }

  @Override
  public boolean accumulates() {
    return true;
  }
}
