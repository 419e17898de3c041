package org.vulpes.graph.operations;

import java.util.Arrays;
import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * How far a student's distribution q = softmax(student / temperature) is from a teacher's p = softmax(teacher / temperature), for each row:
 * {@code ofTeacher · KL(p ‖ m) + ofStudent · KL(q ‖ m)} with m = mix · p + (1 − mix) · q, in nats.
 *
 * <p>(1, 0, 0) is forward KL, (0, 1, 1) reverse KL, (β, 1−β, β) the generalised Jensen-Shannon divergence (Agarwal et al. 2024), (1, 0, α) skew KL and (0, 1, 1−α) skew reverse KL (Ko et al. 2024).
 *
 * <p>Inputs: student [..., vocabulary], teacher like it. Output: [...]. The teacher has no gradient: it is frozen.
 */
public record Divergence(double ofTeacher, double ofStudent, double mix, double temperature) implements Operation {

  @Override
  public String name() {
    return "divergence";
  }

  @Override
  public String family() {
    return "loss";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "student", "teacher");
    Expect.sameSizes(inputs, 0, "student", 1, "teacher");
    return List.of(rows(inputs.getFirst()));
  }

  static Shape rows(Shape logits) {
    return logits.rank() == 1 ? Shape.scalar() : new Shape(logits.axes().subList(0, logits.rank() - 1));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // two sums of exponentials, the logarithm of m, two differences and products
    return 20 * inputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int vocabulary = inputShapes[0][inputShapes[0].length - 1];
    for (int r = 0; r < outputs[0].length; r++) {
      double[] lq = logSoftmax(inputs[0], r, vocabulary), lp = logSoftmax(inputs[1], r, vocabulary);
      for (int c = 0; c < vocabulary; c++) {
        double p = StrictMath.exp(lp[c]), q = StrictMath.exp(lq[c]), lm = logMix(lp[c], lq[c]);
        if (p > 0) outputs[0][r] += ofTeacher * p * (lp[c] - lm);
        if (q > 0) outputs[0][r] += ofStudent * q * (lq[c] - lm);
      }
    }
  }

  double[] logSoftmax(double[] logits, int row, int vocabulary) {
    double[] out = new double[vocabulary];
    double max = Double.NEGATIVE_INFINITY, sum = 0;
    for (int c = 0; c < vocabulary; c++) {
      out[c] = logits[row * vocabulary + c] / temperature;
      max = Math.max(max, out[c]);
    }
    for (int c = 0; c < vocabulary; c++) sum += StrictMath.exp(out[c] - max);
    double total = max + StrictMath.log(sum);
    for (int c = 0; c < vocabulary; c++) out[c] -= total;
    return out;
  }

  /** log(mix · p + (1 − mix) · q). */
  double logMix(double lp, double lq) {
    if (mix == 0) return lq;
    if (mix == 1) return lp;
    double a = StrictMath.log(mix) + lp, b = StrictMath.log1p(-mix) + lq;
    return Math.max(a, b) + StrictMath.log1p(StrictMath.exp(-Math.abs(a - b)));
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    return Arrays.asList(graph.one(new DivergenceGradient(this), inputs.get(0), inputs.get(1), outputGradients.getFirst()), null);
  }
}
