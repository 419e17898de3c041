package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.compute.DType;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * Inputs: logits, ids and out of {@link TopAndRest}, dout [..., k + 1]. Output: dlogits; a chosen token has its own gradient, another one the rest's, shared by exp((x − rest) / temperature).
 */
public record TopAndRestGradient(double temperature) implements Operation {

  @Override
  public String name() {
    return "top-and-rest-gradient";
  }

  @Override
  public String family() {
    return "loss";
  }

  @Override
  public DType inputType(int input) {
    return input == 1 ? DType.I32 : DType.F32;
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "logits", "ids", "out", "dout");
    Expect.sameLeading(inputs, 0, "logits", 1, "ids");
    Expect.sameLeading(inputs, 0, "logits", 2, "out");
    Expect.last(inputs, 2, "out", inputs.get(1).last().size() + 1, "ids and a rest");
    Expect.sameSizes(inputs, 2, "out", 3, "dout");
    return List.of(inputs.getFirst());
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return 4 * inputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int vocabulary = TopAndRest.last(inputShapes[0]), k = TopAndRest.last(inputShapes[1]);
    double[] logits = inputs[0], ids = inputs[1], out = inputs[2], dout = inputs[3], d = outputs[0];
    for (int r = 0; r < ids.length / k; r++) {
      double rest = out[r * (k + 1) + k];
      for (int c = 0; c < vocabulary; c++) {
        int i = r * vocabulary + c;
        d[i] = dout[r * (k + 1) + k] * StrictMath.exp((logits[i] - rest) / temperature);
      }
      for (int j = 0; j < k; j++) d[r * vocabulary + (int) ids[r * k + j]] = 0;
      for (int j = 0; j < k; j++) d[r * vocabulary + (int) ids[r * k + j]] += dout[r * (k + 1) + j];
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw Expect.noSecondDerivative(this);
  }
}
