package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y[r, start + j] = x[r, j], zero elsewhere; y has total columns. The gradient of {@link Slice}. Can accumulate.
 */
public record Pad(int start, int total) implements Operation {

  @Override
  public String name() {
    return "pad";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "x");
    Axis last = inputs.getFirst().last();
    Expect.that(start >= 0 && (long) start + last.size() <= total, last + " of x from column " + start + " does not fit into " + total + " columns");
    return List.of(inputs.getFirst().withLast(Axis.of(last.name(), total)));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return 0;
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int width = inputShapes[0][inputShapes[0].length - 1];
    for (int r = 0; r < inputs[0].length / width; r++) System.arraycopy(inputs[0], r * width, outputs[0], r * total + start, width);
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    return List.of(graph.one(new Slice(start, inputs.getFirst().shape().last().size()), outputGradients.getFirst()));
  }

  @Override
  public boolean accumulates() {
    return true;
  }
}
