package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.compute.DType;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * Inputs: q, k, v, firstVisible, out, logSumExp, dout. Outputs: dq, dk, dv.
 *
 * <p>With p = exp(scale·q·k − logSumExp) and D = dout·out: dv = pᵀ dout; ds = p ∘ (dout vᵀ − D); dq = scale · ds k; dk = scale · dsᵀ q; dk and dv
 * sum over the query heads of a group.
 */
public record AttentionGradient(int heads, int kvHeads, int headDim, double scale, int window) implements Operation {

  @Override
  public String name() {
    return "attention-gradient";
  }

  @Override
  public String family() {
    return "attention";
  }

  @Override
  public DType inputType(int input) {
    return input == 3 ? DType.I32 : DType.F32;
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "q", "k", "v", "firstVisible", "out", "logSumExp", "dout");
    Expect.that(heads > 0 && kvHeads > 0 && heads % kvHeads == 0, "heads " + heads + " is not a multiple of kvHeads " + kvHeads);
    Expect.rank(inputs, 0, "q", 3);
    Expect.rank(inputs, 1, "k", 3);
    Expect.last(inputs, 0, "q", heads * headDim, "heads " + heads + " × headDim " + headDim);
    Expect.last(inputs, 1, "k", kvHeads * headDim, "kvHeads " + kvHeads + " × headDim " + headDim);
    Expect.sameLeading(inputs, 0, "q", 1, "k");
    Expect.sameSizes(inputs, 1, "k", 2, "v");
    Expect.leading(inputs, 3, "firstVisible", 0, "q");
    Expect.sameSizes(inputs, 0, "q", 4, "out");
    Expect.sameLeading(inputs, 0, "q", 5, "logSumExp");
    Expect.last(inputs, 5, "logSumExp", heads, "heads " + heads);
    Expect.sameSizes(inputs, 0, "q", 6, "dout");
    return List.of(inputs.get(0), inputs.get(1), inputs.get(2));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // For each visible pair and head: four products of 2 headDim (dout·v, dq, dk, dv); subtract, two products. D: 2 headDim a query. Scores that are computed again count once, forward.
    Shape q = inputs.getFirst();
    return Attention.pairs(q, window) * heads * (8L * headDim + 3) + 2 * q.length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int batch = inputShapes[0][0], time = inputShapes[0][1], group = heads / kvHeads;
    int width = heads * headDim, kvWidth = kvHeads * headDim;
    double[] q = inputs[0], k = inputs[1], v = inputs[2], out = inputs[4], logSumExp = inputs[5], dout = inputs[6];
    double[] dq = outputs[0], dk = outputs[1], dv = outputs[2];
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < time; t++) {
        int row = b * time + t;
        int first = Math.max((int) inputs[3][row], window > 0 ? t - window + 1 : 0);
        for (int h = 0; h < heads; h++) {
          int own = row * width + h * headDim;
          double d = 0;
          for (int j = 0; j < headDim; j++) d += dout[own + j] * out[own + j];
          for (int s = first; s <= t; s++) {
            int other = (b * time + s) * kvWidth + h / group * headDim;
            double dot = 0, dp = 0;
            for (int j = 0; j < headDim; j++) {
              dot += q[own + j] * k[other + j];
              dp += dout[own + j] * v[other + j];
            }
            double p = StrictMath.exp(scale * dot - logSumExp[row * heads + h]);
            double ds = p * (dp - d);
            for (int j = 0; j < headDim; j++) {
              dq[own + j] += scale * ds * k[other + j];
              dk[other + j] += scale * ds * q[own + j];
              dv[other + j] += p * dout[own + j];
            }
          }
        }
      }
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw Expect.noSecondDerivative(this);
  }
}
