package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y[r, j] = x[r, start + j] for j below length: columns of the last axis.
 */
public record Slice(int start, int length) implements Operation {

  @Override
  public String name() {
    return "slice";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "x");
    Axis last = inputs.getFirst().last();
    Expect.that(start >= 0 && length > 0 && (long) start + length <= last.size(),
        "columns " + start + " to " + (start + length - 1L) + " are not inside " + last + " of x");
    return List.of(inputs.getFirst().withLast(Axis.of(last.name(), length)));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return 0;
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int width = inputShapes[0][inputShapes[0].length - 1];
    for (int r = 0; r < outputs[0].length / length; r++) System.arraycopy(inputs[0], r * width + start, outputs[0], r * length, length);
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    return List.of(graph.one(new Pad(start, inputs.getFirst().shape().last().size()), outputGradients.getFirst()));
  }
}
