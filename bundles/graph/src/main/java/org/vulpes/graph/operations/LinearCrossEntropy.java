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
 * Cross-entropy of a linear head, fused and chunked over the vocabulary: logits are not stored as a whole unless lowering finds room for them
 * ({@link org.vulpes.graph.Pass#KEEP_LOGITS}), which saves the gradient one of its three products.
 *
 * <p>Inputs: hidden [..., width], weight [vocabulary, width], targets [...] I32 (−1: ignored). Outputs: nll [...] = logSumExp_r − hidden_r ·
 * weight[target_r] (natural log; 0 where ignored), logSumExp [...] (of every row, ignored ones too); with {@code keep} also logits [..., vocabulary].
 */
public record LinearCrossEntropy(boolean keep) implements Operation {
  public LinearCrossEntropy() {
    this(false);
  }

  @Override
  public String name() {
    return "linear-cross-entropy";
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
    Expect.inputs(inputs, "hidden", "weight", "targets");
    Expect.rank(inputs, 1, "weight", 2);
    Expect.last(inputs, 0, "hidden", inputs.get(1).last().size(), inputs.get(1).last() + " of the weight " + inputs.get(1));
    Expect.leading(inputs, 2, "targets", 0, "hidden");
    Shape rows = inputs.get(2);
    return keep ? List.of(rows, rows, inputs.get(0).withLast(inputs.get(1).axis(0))) : List.of(rows, rows);
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // the logits; exp and sum of each; log, difference of each row
    long rows = inputs.get(0).rows(), vocabulary = inputs.get(1).axis(0).size(), width = inputs.get(1).last().size();
    return rows * (vocabulary * (2 * width + 2) + 2);
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int vocabulary = inputShapes[1][0], width = inputShapes[1][1];
    double[] logit = new double[vocabulary];
    for (int r = 0; r < inputs[2].length; r++) {
      double max = Double.NEGATIVE_INFINITY, sum = 0, target = inputs[2][r];
      if (!(target >= -1 && target < vocabulary)) {
        throw new IllegalArgumentException("linear-cross-entropy: target " + (long) target + " at position " + r + " is not in a vocabulary of "
            + vocabulary + ".");
      }
      for (int c = 0; c < vocabulary; c++) {
        logit[c] = 0;
        for (int j = 0; j < width; j++) logit[c] += inputs[0][r * width + j] * inputs[1][c * width + j];
        max = Math.max(max, logit[c]);
      }
      for (int c = 0; c < vocabulary; c++) sum += StrictMath.exp(logit[c] - max);
      outputs[1][r] = max + StrictMath.log(sum);
      outputs[0][r] = target < 0 ? 0 : outputs[1][r] - logit[(int) target];
      if (keep) System.arraycopy(logit, 0, outputs[2], r * vocabulary, vocabulary);
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    Expect.noGradientOf(this, "logSumExp", outputGradients.get(1));
    if (keep) Expect.noGradientOf(this, "logits", outputGradients.get(2));
    var known = new ArrayList<>(List.of(inputs.get(0), inputs.get(1), inputs.get(2), outputs.get(1), outputGradients.get(0)));
    if (keep) known.add(outputs.get(2));
    var d = graph.apply(new LinearCrossEntropyGradient(keep), known.toArray(Tensor[]::new));
    return Arrays.asList(d.get(0), d.get(1), null);
  }
}
