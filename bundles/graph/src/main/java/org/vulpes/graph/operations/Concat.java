package org.vulpes.graph.operations;

import java.util.ArrayList;
import java.util.List;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * The columns of two or more inputs with equal rows, side by side along the last axis.
 */
public record Concat() implements Operation {

  @Override
  public String name() {
    return "concat";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.that(inputs.size() >= 2, "takes two or more inputs, but got " + inputs.size());
    int width = 0;
    for (int i = 0; i < inputs.size(); i++) {
      Expect.sameLeading(inputs, 0, "input 0", i, "input " + i);
      width = Math.addExact(width, inputs.get(i).last().size());
    }
    Shape first = inputs.getFirst();
    return List.of(first.withLast(Axis.of(first.last().name(), width)));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return 0;
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int width = last(outputShapes[0]), start = 0;
    for (int i = 0; i < inputs.length; i++) {
      int columns = last(inputShapes[i]);
      for (int r = 0; r < outputs[0].length / width; r++) System.arraycopy(inputs[i], r * columns, outputs[0], r * width + start, columns);
      start += columns;
    }
  }

  private static int last(int[] shape) {
    return shape[shape.length - 1];
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    var gradients = new ArrayList<Tensor>();
    int start = 0;
    for (Tensor x : inputs) {
      int columns = x.shape().last().size();
      gradients.add(graph.one(new Slice(start, columns), outputGradients.getFirst()));
      start += columns;
    }
    return gradients;
  }
}
