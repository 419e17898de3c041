package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.compute.DType;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * Inputs: those of {@link AttentionDivergence}, and coefficient [batch, time]. Outputs: dq, dk of the student. With weights p of the teacher and w of the student,
 * dscore = coefficient / heads · (w − p); dq = scale · dscore k; dk = scale · dscoreᵀ q, summed over the query heads of a group.
 */
public record AttentionDivergenceGradient(AttentionDivergence of) implements Operation {

  @Override
  public String name() {
    return "attention-divergence-gradient";
  }

  @Override
  public String family() {
    return "attention";
  }

  @Override
  public DType inputType(int input) {
    return input == 4 ? DType.I32 : DType.F32;
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "q", "k", "teacherQ", "teacherK", "firstVisible", "coefficient");
    of.check(inputs);
    Expect.leading(inputs, 5, "coefficient", 0, "q");
    return List.of(inputs.get(0), inputs.get(1));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    Attention student = of.student(), teacher = of.teacher();
    return of.pairs(inputs) * (student.heads() * (6L * student.headDim() + 5) + teacher.heads() * (2L * teacher.headDim() + 4));
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    Attention a = of.student();
    int batch = inputShapes[0][0], time = inputShapes[0][1], width = a.heads() * a.headDim(), kvWidth = a.kvHeads() * a.headDim();
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < time; t++) {
        for (int h = 0; h < a.heads(); h++) {
          double[] w = AttentionDivergence.weights(a, inputs[0], inputs[1], inputs[4], b, t, h, time), p = of.mean(inputs, b, t, h, time);
          int own = (b * time + t) * width + h * a.headDim();
          for (int s = 0; s <= t; s++) {
            int other = (b * time + s) * kvWidth + h / (a.heads() / a.kvHeads()) * a.headDim();
            double ds = inputs[5][b * time + t] / a.heads() * a.scale() * (w[s] - p[s]);
            for (int j = 0; j < a.headDim(); j++) {
              outputs[0][own + j] += ds * inputs[1][other + j];
              outputs[1][other + j] += ds * inputs[0][own + j];
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
