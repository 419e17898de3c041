package org.vulpes.graph.operations;

import java.util.Arrays;
import java.util.List;
import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * Causal attention with grouped key/value heads (Ainslie et al. 2023), by online softmax: no time × time matrix is stored.
 *
 * <p>Inputs: q [batch, time, heads·headDim], k [batch, time, kvHeads·headDim], v (like k), firstVisible [batch, time] I32. Query head h reads
 * kv head h / (heads/kvHeads). Position t sees positions s with max(firstVisible[t], t−window+1 when window &gt; 0) ≤ s ≤ t: documents packed
 * into one row do not see each other. Outputs: out [batch, time, heads·headDim] = softmax(scale · q kᵀ) v, and logSumExp [batch, time, heads]
 * (natural log of the sum of exp of the scaled scores).
 */
public record Attention(int heads, int kvHeads, int headDim, double scale, int window) implements Operation {

  @Override
  public String name() {
    return "attention";
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
    Expect.inputs(inputs, "q", "k", "v", "firstVisible");
    Expect.that(heads > 0 && kvHeads > 0 && heads % kvHeads == 0, "heads " + heads + " is not a multiple of kvHeads " + kvHeads);
    Expect.rank(inputs, 0, "q", 3);
    Expect.rank(inputs, 1, "k", 3);
    Expect.last(inputs, 0, "q", heads * headDim, "heads " + heads + " × headDim " + headDim);
    Expect.last(inputs, 1, "k", kvHeads * headDim, "kvHeads " + kvHeads + " × headDim " + headDim);
    Expect.sameLeading(inputs, 0, "q", 1, "k");
    Expect.sameSizes(inputs, 1, "k", 2, "v");
    Expect.leading(inputs, 3, "firstVisible", 0, "q");
    Shape q = inputs.get(0);
    return List.of(q, q.withLast(Axis.of("heads", heads)));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // For each visible pair and head: q·k and p·v 2 headDim each; scale, exp, sum. Document starts are data, so they are not counted off.
    Shape q = inputs.getFirst();
    return pairs(q, window) * heads * (4L * headDim + 3) + q.length() + 2L * q.rows() * heads;
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int batch = inputShapes[0][0], time = inputShapes[0][1], group = heads / kvHeads;
    int width = heads * headDim, kvWidth = kvHeads * headDim;
    double[] q = inputs[0], k = inputs[1], v = inputs[2], out = outputs[0], logSumExp = outputs[1];
    double[] score = new double[time];
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < time; t++) {
        int row = b * time + t;
        int first = first(inputs[3][row], t);
        for (int h = 0; h < heads; h++) {
          int own = row * width + h * headDim;
          double max = Double.NEGATIVE_INFINITY;
          for (int s = first; s <= t; s++) {
            int other = (b * time + s) * kvWidth + h / group * headDim;
            double dot = 0;
            for (int j = 0; j < headDim; j++) dot += q[own + j] * k[other + j];
            score[s] = scale * dot;
            max = Math.max(max, score[s]);
          }
          double sum = 0;
          for (int s = first; s <= t; s++) sum += StrictMath.exp(score[s] - max);
          logSumExp[row * heads + h] = max + StrictMath.log(sum);
          for (int s = first; s <= t; s++) {
            int other = (b * time + s) * kvWidth + h / group * headDim;
            double p = StrictMath.exp(score[s] - max) / sum;
            for (int j = 0; j < headDim; j++) out[own + j] += p * v[other + j];
          }
        }
      }
    }
  }

  /** Pairs of a query and a position that it can see, over the batch. */
  static long pairs(Shape q, int window) {
    long time = q.axis(1).size(), seen = window > 0 ? Math.min(window, time) : time;
    return q.axis(0).size() * (seen * (seen + 1) / 2 + (time - seen) * seen);
  }

  /** The first position that position t sees. */
  int first(double firstVisible, int t) {
    if (!(firstVisible >= 0 && firstVisible <= t)) {
      throw new IllegalArgumentException("attention: firstVisible is " + firstVisible + " at position " + t + "; it must be from 0 to " + t + ".");
    }
    return Math.max((int) firstVisible, window > 0 ? t - window + 1 : 0);
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    Expect.noGradientOf(this, "logSumExp", outputGradients.get(1));
    var d = graph.apply(new AttentionGradient(heads, kvHeads, headDim, scale, window), inputs.get(0), inputs.get(1), inputs.get(2), inputs.get(3),
        outputs.get(0), outputs.get(1), outputGradients.get(0));
    return Arrays.asList(d.get(0), d.get(1), d.get(2), null);
  }
}
