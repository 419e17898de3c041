package org.vulpes.graph;

import java.util.List;
import org.vulpes.compute.DType;

/** The values of a tensor under other axes; lowering turns it into another shape of the same operand, never into a call. */
record View(Shape shape, DType element) implements Operation {

  @Override
  public String name() {
    return "reshape";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public DType type(int output) {
    return element;
  }

  @Override
  public DType inputType(int input) {
    return element;
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Shape x = inputs.getFirst();
    if (x.length() != shape.length()) {
      throw new ShapeMismatch("x " + x + " has " + x.length() + " elements, but " + shape + " has " + shape.length());
    }
    return List.of(shape);
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return 0;
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    System.arraycopy(inputs[0], 0, outputs[0], 0, outputs[0].length);
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    return List.of(graph.reshape(outputGradients.getFirst(), inputs.getFirst().shape().axes().toArray(Axis[]::new)));
  }
}
