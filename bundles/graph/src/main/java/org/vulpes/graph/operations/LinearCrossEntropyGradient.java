package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.compute.DType;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * Inputs: hidden, weight, targets, logSumExp, coefficient [...] (d loss / d nll); with {@code kept} also logits [..., vocabulary]. Outputs: dhidden [..., width], dweight [vocabulary, width].
 *
 * <p>dlogits[r, c] = coefficient[r] · (softmax_c − [c = target_r]), zero in ignored rows; dhidden = dlogits · weight; dweight = dlogitsᵀ · hidden.
 */
public record LinearCrossEntropyGradient(boolean kept) implements Operation {
  public LinearCrossEntropyGradient() {
    this(false);
  }

  @Override
  public String name() {
    return "linear-cross-entropy-gradient";
  }

  @Override
  public String family() {
    return "loss";
  }

  @Override
  public DType inputType(int input) {
    return input == 2 ? DType.I32 : DType.F32;
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    if (kept) Expect.inputs(inputs, "hidden", "weight", "targets", "logSumExp", "coefficient", "logits");
    else Expect.inputs(inputs, "hidden", "weight", "targets", "logSumExp", "coefficient");
    Expect.rank(inputs, 1, "weight", 2);
    Expect.last(inputs, 0, "hidden", inputs.get(1).last().size(), inputs.get(1).last() + " of the weight " + inputs.get(1));
    Expect.leading(inputs, 2, "targets", 0, "hidden");
    Expect.sameSizes(inputs, 2, "targets", 3, "logSumExp");
    Expect.sameSizes(inputs, 2, "targets", 4, "coefficient");
    if (kept) {
      Expect.sameLeading(inputs, 0, "hidden", 5, "logits");
      Expect.last(inputs, 5, "logits", inputs.get(1).axis(0).size(), inputs.get(1).axis(0) + " of the weight " + inputs.get(1));
    }
    return List.of(inputs.get(0), inputs.get(1));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // dhidden, dweight; difference, exp and product of each logit. Logits that are computed again count once, forward.
    long rows = inputs.get(0).rows(), vocabulary = inputs.get(1).axis(0).size(), width = inputs.get(1).last().size();
    return rows * vocabulary * (4 * width + 3);
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int vocabulary = inputShapes[1][0], width = inputShapes[1][1];
    double[] hidden = inputs[0], weight = inputs[1];
    for (int r = 0; r < inputs[2].length; r++) {
      int target = (int) inputs[2][r];
      if (target < 0) continue;
      for (int c = 0; c < vocabulary; c++) {
        double logit = kept ? inputs[5][r * vocabulary + c] : 0;
        if (!kept) for (int j = 0; j < width; j++) logit += hidden[r * width + j] * weight[c * width + j];
        double d = inputs[4][r] * (StrictMath.exp(logit - inputs[3][r]) - (c == target ? 1 : 0));
        for (int j = 0; j < width; j++) {
          outputs[0][r * width + j] += d * weight[c * width + j];
          outputs[1][c * width + j] += d * hidden[r * width + j];
        }
      }
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw Expect.noSecondDerivative(this);
  }
}
