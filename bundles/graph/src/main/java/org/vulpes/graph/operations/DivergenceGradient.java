package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * Inputs: student [..., vocabulary], teacher like it, coefficient [...] (d loss / d divergence). Output: dstudent, like student.
 *
 * <p>With u = q · d divergence / d q: dstudent = coefficient / temperature · (u − q · Σ u). A q that is added to u everywhere changes nothing, so
 * u = −ofTeacher · (1 − mix) · p q / m + ofStudent · (q (log q − log m) − (1 − mix) · q² / m).
 */
public record DivergenceGradient(Divergence of) implements Operation {

  @Override
  public String name() {
    return "divergence-gradient";
  }

  @Override
  public String family() {
    return "loss";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "student", "teacher", "coefficient");
    Expect.sameSizes(inputs, 0, "student", 1, "teacher");
    Expect.leading(inputs, 2, "coefficient", 0, "student");
    return List.of(inputs.getFirst());
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return 28 * inputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int vocabulary = inputShapes[0][inputShapes[0].length - 1];
    double[] u = new double[vocabulary];
    for (int r = 0; r < inputs[2].length; r++) {
      double[] lq = of.logSoftmax(inputs[0], r, vocabulary), lp = of.logSoftmax(inputs[1], r, vocabulary);
      double sum = 0;
      for (int c = 0; c < vocabulary; c++) {
        double q = StrictMath.exp(lq[c]), lm = of.logMix(lp[c], lq[c]);
        u[c] = -of.ofTeacher() * (1 - of.mix()) * StrictMath.exp(lp[c] + lq[c] - lm);
        if (q > 0) u[c] += of.ofStudent() * (q * (lq[c] - lm) - (1 - of.mix()) * StrictMath.exp(2 * lq[c] - lm));
        sum += u[c];
      }
      for (int c = 0; c < vocabulary; c++) outputs[0][r * vocabulary + c] = inputs[2][r] / of.temperature() * (u[c] - StrictMath.exp(lq[c]) * sum);
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw Expect.noSecondDerivative(this);
  }
}
