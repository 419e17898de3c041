package org.vulpes.graph.operations;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vulpes.compute.DType;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y[r] = table[ids[r]]. Inputs: table [rows, width], ids [...] I32. Output: [..., width]. An id outside 0 … rows−1 is an error of the caller; kernels clamp it, the float64 definition refuses it.
 */
public record Embedding() implements Operation {

  @Override
  public String name() {
    return "embedding";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public DType inputType(int input) {
    return input == 1 ? DType.I32 : DType.F32;
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "table", "ids");
    Expect.rank(inputs, 0, "table", 2);
    var axes = new ArrayList<>(inputs.get(1).axes());
    axes.add(inputs.get(0).last());
    return List.of(new Shape(axes));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return 0;
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int rows = inputShapes[0][0], width = inputShapes[0][1];
    for (int r = 0; r < inputs[1].length; r++) {
      double id = inputs[1][r];
      if (!(id >= 0 && id < rows)) {
        throw new IllegalArgumentException("embedding: id " + (long) id + " at position " + r + " is not in a table of " + rows + " rows.");
      }
      System.arraycopy(inputs[0], (int) id * width, outputs[0], r * width, width);
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    int rows = inputs.get(0).shape().axis(0).size();
    return Arrays.asList(graph.one(new EmbeddingGradient(rows), inputs.get(1), outputGradients.getFirst()), null);
  }
}
