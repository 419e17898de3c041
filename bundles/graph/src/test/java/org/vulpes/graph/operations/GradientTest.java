package org.vulpes.graph.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.reference.OperationCheck;
import org.vulpes.graph.reference.ReferenceRun;
import org.vulpes.slot.Random64;

/** Every gradient against central differences of the float64 definition. */
class GradientTest {

  static Stream<Arguments> differentiable() {
    return Stream.of(
        of(new Add(), s(2, 3, 5), s(2, 3, 5)),
        of(new AddBias(), s(2, 3, 5), s(5)),
        of(new Attention(1, 1, 3, 0.6, 0), s(1, 5, 3), s(1, 5, 3), s(1, 5, 3), s(1, 5)),
        of(new Attention(4, 2, 3, 0.5, 0), s(2, 7, 12), s(2, 7, 6), s(2, 7, 6), s(2, 7)),
        of(new Attention(6, 2, 2, 0.7, 3), s(2, 9, 12), s(2, 9, 4), s(2, 9, 4), s(2, 9)),
        of(new Attention(3, 1, 5, 0.4, 1), s(1, 4, 15), s(1, 4, 5), s(1, 4, 5), s(1, 4)),
        of(new AttentionDivergence(new Attention(2, 2, 3, 0.7, 0), new Attention(2, 1, 4, 0.5, 0)), s(2, 5, 6), s(2, 5, 6), s(2, 5, 8), s(2, 5, 4), s(2, 5)),
        of(new AttentionDivergence(new Attention(4, 2, 3, 0.7, 4), new Attention(8, 2, 2, 0.5, 3)), s(2, 7, 12), s(2, 7, 6), s(2, 7, 16), s(2, 7, 4), s(2, 7)),
        of(new Concat(), s(2, 3, 2), s(2, 3, 5), s(2, 3, 1)),
        of(new Divergence(1, 0, 0, 1), s(2, 3, 7), s(2, 3, 7)),
        of(new Divergence(0, 1, 1, 2), s(2, 3, 7), s(2, 3, 7)),
        of(new Divergence(0.1, 0.9, 0.1, 1.5), s(5, 7), s(5, 7)),
        of(new Divergence(1, 0, 0.2, 1), s(5, 7), s(5, 7)),
        of(new Divergence(0, 1, 0.9, 0.7), s(5, 7), s(5, 7)),
        of(new Dot(), s(3, 5), s(3, 5)),
        of(new Embedding(), s(7, 3), s(2, 5)),
        of(new LayerNorm(1e-5), s(2, 3, 7), s(7), s(7)),
        of(new LayerNorm(1e-2), s(5, 7), s(7)),
        of(new LinearCrossEntropy(), s(2, 9, 3), s(11, 3), s(2, 9)),
        of(new LinearCrossEntropy(true), s(2, 9, 3), s(11, 3), s(2, 9)),
        of(new MatMul(false, false), s(2, 3, 5), s(5, 7)),
        of(new MatMul(false, true), s(2, 3, 5), s(7, 5)),
        of(new MatMul(true, false), s(2, 3, 5), s(2, 3, 7)),
        of(new MatMul(true, true), s(5, 3), s(7, 5)),
        of(new Multiply(), s(3, 5), s(3, 5)),
        of(new Pad(2, 9), s(3, 5)),
        of(new RmsNorm(1e-5, false), s(2, 3, 7), s(7)),
        of(new RmsNorm(1e-2, true), s(3, 12), s(4)),
        of(new Rope(6, 6, false), s(2, 3, 12), s(3, 3), s(3, 3)),
        of(new Rope(5, 2, true), s(2, 3, 10), s(3, 1), s(3, 1)),
        of(new Scale(-1.7), s(3, 5)),
        of(new ScaleBy(), s(3, 5), s(1)),
        of(new Slice(1, 3), s(2, 2, 5)),
        of(new SquaredNorm(), s(3, 5), s(2), s(1)),
        of(new SumRows(), s(2, 3, 5)),
        of(new TopAndRest(1), s(2, 3, 7), s(2, 3, 2)),
        of(new TopAndRest(2), s(5, 7), s(5, 6)),
        of(new TopAndRest(0.7), s(5, 7), s(5, 4)));
  }

  private static Arguments of(Operation operation, int[]... sizes) {
    return Arguments.of(operation, sizes);
  }

  private static int[] s(int... sizes) {
    return sizes;
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void gradientIsTheSlopeOfTheDefinition(Operation operation, int[][] sizes) {
    for (long seed = 1; seed <= 3; seed++) compare(operation, seed, sizes);
  }

  @ParameterizedTest
  @EnumSource
  void gradientOfEveryActivationIsItsSlope(Activation kind) {
    compare(new Activate(kind), 1, s(5, 7));
    compare(new GatedActivation(kind), 2, s(5, 7), s(5, 7));
  }

  @ParameterizedTest
  @EnumSource
  void gradientOfEveryPointwiseFunctionIsItsSlope(Pointwise.Function function) {
    compare(new Pointwise(function), 1, s(5, 7));
  }

  private static void compare(Operation operation, long seed, int[]... sizes) {
    var check = OperationCheck.of(operation, seed, sizes);
    double[][] in = check.inputs();
    double[] weights = new double[check.outputs()[0].length];
    for (int i = 0; i < weights.length; i++) weights[i] = Random64.of(seed, "weights").normal(i);

    // loss = Σ weights · first result
    var g = new Graph();
    var tensors = new ArrayList<Tensor>();
    var values = new HashMap<String, double[]>();
    for (int i = 0; i < in.length; i++) {
      tensors.add(g.variable("in" + i, operation.inputType(i), axes(check.inputShapes().get(i))));
      values.put("in" + i, in[i]);
    }
    Tensor y = g.one(operation, tensors.toArray(Tensor[]::new));
    Tensor loss = g.dot(y, g.constant("weights", weights, axes(y.shape())));
    var asked = new ArrayList<Tensor>();
    for (int i = 0; i < in.length; i++) {
      boolean table = operation instanceof Rope && i > 0 || operation instanceof Divergence && i == 1 || operation instanceof AttentionDivergence && i > 1;
      if (operation.inputType(i) != DType.I32 && !table) asked.add(tensors.get(i));
    }
    var gradients = g.gradients(loss, asked);
    for (Tensor t : asked) g.assign(g.variable("d" + tensors.indexOf(t), DType.F32, axes(t.shape())), gradients.get(t));
    var after = ReferenceRun.once(g.record("gradient"), values);

    for (Tensor t : asked) {
      int i = tensors.indexOf(t);
      double[] d = after.get("d" + i);
      for (int j = 0; j < in[i].length; j++) {
        double step = 1e-5, x = in[i][j];
        in[i][j] = x + step;
        double above = loss(check, weights);
        in[i][j] = x - step;
        double below = loss(check, weights);
        in[i][j] = x;
        double slope = (above - below) / (2 * step);
        assertEquals(slope, d[j], 2e-8 * Math.max(1, Math.abs(slope)), operation + ", input " + i + ", element " + j);
      }
    }
  }

  private static double loss(OperationCheck check, double[] weights) {
    double[][] out = check.outputShapes().stream().map(s -> new double[(int) s.length()]).toArray(double[][]::new);
    check.operation().define(check.inputs(), check.inputShapes().stream().map(Shape::sizes).toArray(int[][]::new), out,
        check.outputShapes().stream().map(Shape::sizes).toArray(int[][]::new));
    double sum = 0;
    for (int i = 0; i < weights.length; i++) sum += weights[i] * out[0][i];
    return sum;
  }

  private static Axis[] axes(Shape s) {
    return s.axes().toArray(Axis[]::new);
  }

  @Test
  void secondDerivativesAreRefusedByName() {
    var g = new Graph();
    Tensor x = g.variable("x", DType.F32, Axis.of("rows", 2), Axis.of("width", 3));
    Tensor dx;
    try (var _ = g.at("model.norm")) {
      dx = g.gradients(g.one(new SquaredNorm(), g.activate(Activation.SILU, x)), List.of(x)).get(x);
    }
    Tensor again = g.one(new SquaredNorm(), dx);
    var e = assertThrows(UnsupportedOperationException.class, () -> g.gradients(again, List.of(x)));
    assertEquals("activate-gradient at model.norm.gradient: activate-gradient is itself a gradient, and second derivatives are not offered", e.getMessage());
  }

  @Test
  void whatCannotBeDifferentiatedIsRefusedRatherThanLeftOut() {
    var g = new Graph();
    Axis batch = Axis.of("batch", 1), time = Axis.of("time", 2), width = Axis.of("width", 4), half = Axis.of("half", 2);
    Tensor x = g.variable("x", DType.F32, batch, time, width), cos = g.variable("cos", DType.F32, time, half), sin = g.variable("sin", DType.F32, time, half);
    Tensor loss = g.one(new SquaredNorm(), g.rope(x, cos, sin, 4));
    var e = assertThrows(UnsupportedOperationException.class, () -> g.gradients(loss, List.of(cos)));
    assertEquals("rope: its input 1 'cos' [time 2, half 2] has no gradient", e.getMessage());
    var h = new Graph();
    Tensor y = h.variable("y", DType.F32, batch, time, width), w = h.variable("w", DType.F32, width);
    Tensor side = h.one(new SquaredNorm(), h.apply(new RmsNorm(1e-5, false), y, w).get(1));
    assertTrue(assertThrows(UnsupportedOperationException.class, () -> h.gradients(side, List.of(y))).getMessage().contains("the result inverse of rms-norm"));
  }
}
