package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.compute.DType;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * Attention of one new token of each sequence to the keys and values in a cache, its own included, with grouped key/value heads as in {@link Attention}.
 *
 * <p>Inputs: q [rows, 1, heads·headDim], keys [slots, capacity/16, kvHeads·headDim, 16], values [slots, capacity, kvHeads·headDim] and plan
 * [rows, 4] I32 as {@link CacheWrite} describes them: row r is the token at place {@code plan[r, 2]} of the sequence in slot {@code plan[r, 1]}; with
 * count 0 it is none, and gives zeros. It sees the last {@code window} places up to its own (0: all), as far as the ring still holds them. Output like q.
 */
public record CachedAttention(int heads, int kvHeads, int headDim, double scale, int window) implements Operation {

  @Override
  public String name() {
    return "cached-attention";
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
    Expect.inputs(inputs, "q", "keys", "values", "plan");
    Expect.that(heads > 0 && kvHeads > 0 && heads % kvHeads == 0, "heads " + heads + " is not a multiple of kvHeads " + kvHeads);
    Expect.rank(inputs, 0, "q", 3);
    Expect.rank(inputs, 1, "keys", 4);
    Expect.rank(inputs, 2, "values", 3);
    Expect.rank(inputs, 3, "plan", 2);
    Shape q = inputs.get(0), keys = inputs.get(1), values = inputs.get(2);
    Expect.that(q.axis(1).size() == 1, "q " + q + " must hold one token a row");
    Expect.last(inputs, 0, "q", heads * headDim, "heads " + heads + " × headDim " + headDim);
    Expect.last(inputs, 2, "values", kvHeads * headDim, "kvHeads " + kvHeads + " × headDim " + headDim);
    Expect.that(keys.axis(2).size() == kvHeads * headDim && keys.last().size() == CacheWrite.BLOCK && keys.axis(0).size() == values.axis(0).size()
        && (long) keys.axis(1).size() * CacheWrite.BLOCK == values.axis(1).size(), "keys " + keys + " do not match values " + values);
    Expect.that(inputs.get(3).axis(0).size() == q.axis(0).size() && inputs.get(3).last().size() == 4, "plan " + inputs.get(3) + " does not match q " + q);
    return List.of(q);
  }

  /** For a full cache: how much of it a token sees is data. */
  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    Shape q = inputs.getFirst();
    long capacity = inputs.get(2).axis(1).size(), seen = window > 0 ? Math.min(window, capacity) : capacity;
    return q.axis(0).size() * seen * heads * (4L * headDim + 3) + q.length() + (long) q.axis(0).size() * heads;
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int rows = inputShapes[0][0], slots = inputShapes[2][0], capacity = inputShapes[2][1], kvWidth = inputShapes[2][2], group = heads / kvHeads;
    double[] q = inputs[0], keys = inputs[1], values = inputs[2], out = outputs[0];
    for (int r = 0; r < rows; r++) {
      int slot = (int) inputs[3][4 * r + 1], place = (int) inputs[3][4 * r + 2];
      if (inputs[3][4 * r + 3] == 0) continue;
      if (slot < 0 || slot >= slots || place < 0) throw new IllegalArgumentException("cached-attention: row " + r + " stands at place " + place + " of slot " + slot + " of " + slots + ".");
      int seen = Math.min(place + 1, window > 0 ? Math.min(window, capacity) : capacity);
      var score = new double[seen];
      for (int h = 0; h < heads; h++) {
        int own = (r * heads + h) * headDim, head = h / group * headDim;
        double max = Double.NEGATIVE_INFINITY;
        for (int s = 0; s < seen; s++) {
          int at = (place - s) % capacity;
          double dot = 0;
          for (int j = 0; j < headDim; j++) {
            dot += q[own + j] * keys[((slot * (capacity / CacheWrite.BLOCK) + at / CacheWrite.BLOCK) * kvWidth + head + j) * CacheWrite.BLOCK + at % CacheWrite.BLOCK];
          }
          score[s] = scale * dot;
          max = Math.max(max, score[s]);
        }
        double sum = 0;
        for (int s = 0; s < seen; s++) sum += StrictMath.exp(score[s] - max);
        for (int s = 0; s < seen; s++) {
          double p = StrictMath.exp(score[s] - max) / sum;
          int at = (slot * capacity + (place - s) % capacity) * kvWidth + head;
          for (int j = 0; j < headDim; j++) out[own + j] += p * values[at + j];
        }
      }
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw new UnsupportedOperationException("a cache of keys and values serves generation, which has no gradient");
  }
}
