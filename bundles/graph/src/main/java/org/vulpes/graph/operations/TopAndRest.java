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
 * The distribution of some chosen tokens and of all others as one: from logits x [..., vocabulary] and ids [..., k] I32 to logits [..., k + 1], the chosen ones' own and
 * {@code temperature · log Σ exp(x / temperature)} over the others. So softmax(y / temperature) gives each chosen token the probability that softmax(x / temperature) gives it, and the last
 * place what is left. {@link #NOTHING} stands for an empty rest.
 *
 * <p>The ids of a row are all different; one that is given twice counts twice.
 */
public record TopAndRest(double temperature) implements Operation {
  /** A logit whose exponential is 0. */
  public static final double NOTHING = -1e30;

  @Override
  public String name() {
    return "top-and-rest";
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
    Expect.inputs(inputs, "logits", "ids");
    Expect.sameLeading(inputs, 0, "logits", 1, "ids");
    return List.of(inputs.getFirst().withLast(Axis.of("top-and-rest", inputs.get(1).last().size() + 1)));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // scale, subtract the largest, exp, sum
    return 4 * inputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int vocabulary = last(inputShapes[0]), k = last(inputShapes[1]);
    double[] logits = inputs[0], ids = inputs[1], out = outputs[0];
    for (int r = 0; r < ids.length / k; r++) {
      boolean[] chosen = new boolean[vocabulary];
      for (int j = 0; j < k; j++) {
        int id = (int) ids[r * k + j];
        chosen[id] = true;
        out[r * (k + 1) + j] = logits[r * vocabulary + id];
      }
      double max = Double.NEGATIVE_INFINITY, sum = 0;
      for (int c = 0; c < vocabulary; c++) if (!chosen[c]) max = Math.max(max, logits[r * vocabulary + c]);
      for (int c = 0; c < vocabulary; c++) if (!chosen[c]) sum += StrictMath.exp((logits[r * vocabulary + c] - max) / temperature);
      out[r * (k + 1) + k] = sum == 0 ? NOTHING : max + temperature * StrictMath.log(sum);
    }
  }

  static int last(int[] shape) {
    return shape[shape.length - 1];
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    return Arrays.asList(graph.one(new TopAndRestGradient(temperature), inputs.get(0), inputs.get(1), outputs.getFirst(), outputGradients.getFirst()), null);
  }
}
