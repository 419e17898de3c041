package org.vulpes.graph.operations;

import java.util.Arrays;
import java.util.List;
import org.vulpes.compute.DType;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.ShapeMismatch;
import org.vulpes.graph.Tensor;

/**
 * How far the attention weights of a student's layer are from a teacher's, for each position, in nats: the mean over the student's query heads of KL(teacher ‖ student), as MiniLM has it (Wang et al.
 * 2020, equation 5; its mean over positions is the caller's). Where the teacher has n times as many heads, a student's head is held against the mean of n neighbouring ones.
 *
 * <p>Inputs: q [batch, time, heads·headDim] and k [batch, time, kvHeads·headDim] of the student, the same of the teacher, firstVisible [batch, time] I32. Output: [batch, time]. The teacher has no
 * gradient: it is frozen.
 *
 * @param student the attention whose weights learn @param teacher the attention that is matched; it sees no position that the student's does not see
 */
public record AttentionDivergence(Attention student, Attention teacher) implements Operation {
  public AttentionDivergence {
    if (teacher.heads() % student.heads() != 0) {
      throw new ShapeMismatch("the teacher's " + teacher.heads() + " heads cannot be shared out among the student's " + student.heads() + "; a multiple of them is needed");
    }
    if (student.window() > 0 && (teacher.window() == 0 || teacher.window() > student.window())) {
      throw new ShapeMismatch("the teacher sees " + (teacher.window() == 0 ? "all positions" : teacher.window() + " positions") + ", the student only " + student.window() + ", so that some weights cannot be matched");
    }
  }

  @Override
  public String name() {
    return "attention-divergence";
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
    Expect.inputs(inputs, "q", "k", "teacherQ", "teacherK", "firstVisible");
    check(inputs);
    return List.of(inputs.get(4));
  }

  void check(List<Shape> inputs) {
    Expect.rank(inputs, 0, "q", 3);
    Expect.last(inputs, 0, "q", student.heads() * student.headDim(), "the student's heads × headDim");
    Expect.last(inputs, 1, "k", student.kvHeads() * student.headDim(), "the student's kvHeads × headDim");
    Expect.last(inputs, 2, "teacherQ", teacher.heads() * teacher.headDim(), "the teacher's heads × headDim");
    Expect.last(inputs, 3, "teacherK", teacher.kvHeads() * teacher.headDim(), "the teacher's kvHeads × headDim");
    for (int i = 1; i < 4; i++) Expect.sameLeading(inputs, 0, "q", i, "input " + i);
    Expect.leading(inputs, 4, "firstVisible", 0, "q");
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // Scores and softmax of both, and four more for each of the student's weights.
    return pairs(inputs) * (student.heads() * (2L * student.headDim() + 7) + teacher.heads() * (2L * teacher.headDim() + 4));
  }

  long pairs(List<Shape> inputs) {
    return Attention.pairs(inputs.getFirst(), student.window());
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int batch = inputShapes[0][0], time = inputShapes[0][1];
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < time; t++) {
        for (int h = 0; h < student.heads(); h++) {
          double[] q = weights(student, inputs[0], inputs[1], inputs[4], b, t, h, time);
          double[] p = mean(inputs, b, t, h, time);
          for (int s = 0; s <= t; s++) if (p[s] > 0) outputs[0][b * time + t] += p[s] * (StrictMath.log(p[s]) - StrictMath.log(q[s])) / student.heads();
        }
      }
    }
  }

  /** The teacher's weights that head h of the student is held against. */
  double[] mean(double[][] inputs, int b, int t, int h, int time) {
    int each = teacher.heads() / student.heads();
    double[] p = new double[time];
    for (int g = 0; g < each; g++) {
      double[] one = weights(teacher, inputs[2], inputs[3], inputs[4], b, t, h * each + g, time);
      for (int s = 0; s <= t; s++) p[s] += one[s] / each;
    }
    return p;
  }

  /** softmax over s of scale · q[t] · k[s]; 0 where nothing is seen. */
  static double[] weights(Attention a, double[] q, double[] k, double[] firstVisible, int b, int t, int h, int time) {
    double[] out = new double[time];
    int row = b * time + t, kvWidth = a.kvHeads() * a.headDim(), kv = h / (a.heads() / a.kvHeads());
    int first = a.first(firstVisible[row], t);
    double max = Double.NEGATIVE_INFINITY, sum = 0;
    for (int s = first; s <= t; s++) {
      double dot = 0;
      for (int j = 0; j < a.headDim(); j++) dot += q[row * a.heads() * a.headDim() + h * a.headDim() + j] * k[(b * time + s) * kvWidth + kv * a.headDim() + j];
      out[s] = a.scale() * dot;
      max = Math.max(max, out[s]);
    }
    for (int s = first; s <= t; s++) sum += out[s] = StrictMath.exp(out[s] - max);
    for (int s = first; s <= t; s++) out[s] /= sum;
    return out;
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    var d = graph.apply(new AttentionDivergenceGradient(this), inputs.get(0), inputs.get(1), inputs.get(2), inputs.get(3), inputs.get(4), outputGradients.getFirst());
    return Arrays.asList(d.get(0), d.get(1), null, null, null);
  }
}
