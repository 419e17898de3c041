package org.vulpes.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.vulpes.compute.DType;
import org.vulpes.graph.operations.Activation;
import org.vulpes.graph.operations.Add;
import org.vulpes.graph.operations.Concat;
import org.vulpes.graph.operations.Rope;
import org.vulpes.graph.operations.Slice;
import org.vulpes.graph.operations.SquaredNorm;
import org.vulpes.graph.reference.ReferenceRun;

class GraphTest {
  private static final Axis BATCH = Axis.of("batch", 2), TIME = Axis.of("time", 3), WIDTH = Axis.of("width", 4);

  private final Graph g = new Graph();
  private final Tensor x = f32("x", BATCH, TIME, WIDTH);

  private Tensor f32(String name, Axis... axes) {
    return g.variable(name, DType.F32, axes);
  }

  private static void refused(String message, Executable mistake) {
    assertEquals(message, assertThrows(ShapeMismatch.class, mistake).getMessage());
  }

  @Test
  void aMismatchNamesOperationPlaceAndAxes() {
    Tensor weight = f32("w", Axis.of("out", 8), Axis.of("in", 5));
    try (var _ = g.at("model"); var _ = g.at("layers.3.self_attn")) {
      try (var _ = g.at("q_proj")) {
        refused("matmul at model.layers.3.self_attn.q_proj: width 4 of x does not match in 5 of the weight [out 8, in 5]", () -> g.linear(x, weight));
      }
      refused("add at model.layers.3.self_attn: a [batch 2, time 3, width 4] does not match b [out 8, in 5]", () -> g.add(x, weight));
    }
    refused("add: takes 2 inputs [a, b], but got 1", () -> g.one(new Add(), x));
    refused("rms-norm: width 4 of x is not a multiple of group 3 of weight", () -> g.rmsNorm(x, f32("norm", Axis.of("group", 3)), 1e-5, false));
    refused("rope: rotated 3 must be even, positive and at most headDim 4",
        () -> g.one(new Rope(4, 3, false), x, f32("cos", TIME, Axis.of("half", 1)), f32("sin", TIME, Axis.of("half", 1))));
    refused("slice: columns 2 to 5 are not inside width 4 of x", () -> g.one(new Slice(2, 4), x));
    refused("concat: input 0 [batch 2, time 3, width 4] and input 1 [out 8, in 5] must agree in all axes but the last", () -> g.one(new Concat(), x, weight));
    refused("attention: heads 3 is not a multiple of kvHeads 2",
        () -> g.attention(x, x, x, g.variable("first", DType.I32, BATCH, TIME), 3, 2, 1, 1, 0));
    refused("reshape: x [batch 2, time 3, width 4] has 24 elements, but [all 23] has 23", () -> g.reshape(x, Axis.of("all", 23)));
    refused("axis 'heads' must have a positive size, but has 0", () -> Axis.of("heads", 0));
  }

  @Test
  void idsMustBeWholeNumbers() {
    Tensor table = f32("table", Axis.of("vocabulary", 5), WIDTH);
    refused("embedding: input 1 must hold whole numbers (I32), but 'ids' [batch 2, time 3] is F32", () -> g.embedding(table, f32("ids", BATCH, TIME)));
    refused("scale: input 0 must hold floating-point numbers, but 'whole' [time 3] is I32", () -> g.scale(g.variable("whole", DType.I32, TIME), 2));
  }

  @Test
  void aNameStandsForOneTensor() {
    assertSame(x, f32("x", BATCH, TIME, Axis.of("hidden", 4)));
    refused("variable 'x' is F32 [batch 2, time 3, width 4], but was asked for as F32 [time 3, width 4]", () -> f32("x", TIME, WIDTH));
    refused("variable 'x' is F32 [batch 2, time 3, width 4], but was asked for as I32 [batch 2, time 3, width 4]",
        () -> g.variable("x", DType.I32, BATCH, TIME, WIDTH));
    Tensor c = g.constant("c", new double[] {1, 2, 3}, TIME);
    assertSame(c, g.constant("c", new double[] {1, 2, 3}, TIME));
    assertThrows(ShapeMismatch.class, () -> g.constant("c", new double[] {1, 2, 4}, TIME));
    assertThrows(ShapeMismatch.class, () -> f32("c", TIME));
    assertThrows(ShapeMismatch.class, () -> g.constant("x", new double[24], BATCH, TIME, WIDTH));
  }

  @Test
  void tensorsOfAnotherGraphAndSecondAssignmentsAreRefused() {
    Tensor stranger = new Graph().variable("y", DType.F32, TIME);
    assertThrows(IllegalArgumentException.class, () -> g.scale(stranger, 2));
    Tensor y = g.scale(x, 2);
    assertThrows(IllegalArgumentException.class, () -> g.assign(y, x));
    g.assign(x, y);
    assertThrows(IllegalArgumentException.class, () -> g.assign(x, y));
    assertThrows(ShapeMismatch.class, () -> g.assign(f32("z", TIME), y));
  }

  @Test
  void callsCarryThePlaceTheyCameFromAndSoDoTheirGradients() {
    Tensor loss;
    try (var _ = g.at("model.layers.0"); var _ = g.at("mlp")) {
      loss = g.one(new SquaredNorm(), g.activate(Activation.SILU, x));
    }
    g.assign(f32("dx", BATCH, TIME, WIDTH), g.gradients(loss, List.of(x)).get(x));
    var labels = g.record("labels").program().calls().stream().map(c -> c.kernel().name() + " " + c.label()).toList();
    assertEquals(List.of("activate model.layers.0.mlp", "scale-by model.layers.0.mlp.gradient", "scale model.layers.0.mlp.gradient",
        "activate-gradient model.layers.0.mlp.gradient"), labels);
  }

  @Test
  void aTensorThatIsUsedTwiceGetsTheSumAndAStrangerNone() {
    // loss = Σ (3x + x·x)² with x = 2: (6 + 4)², slope 2·10·(3 + 2·2)
    Tensor one = f32("p", Axis.of("one", 1)), other = f32("q", Axis.of("one", 1));
    Tensor loss = g.one(new SquaredNorm(), g.add(g.scale(one, 3), g.multiply(one, one)));
    var d = g.gradients(loss, List.of(one, other));
    assertNull(d.get(other));
    g.assign(f32("dp", Axis.of("one", 1)), d.get(one));
    assertArrayEquals(new double[] {140}, ReferenceRun.once(g.record("sum"), Map.of("p", new double[] {2})).get("dp"), 0);
  }

  @Test
  void gradientsFlowThroughReshapes() {
    Tensor flat = g.reshape(x, Axis.of("all", 24));
    Tensor loss = g.dot(flat, flat);
    Tensor d = g.gradients(loss, List.of(x)).get(x);
    assertEquals(x.shape(), d.shape());
    g.assign(f32("dx", BATCH, TIME, WIDTH), d);
    double[] v = new double[24], twice = new double[24];
    for (int i = 0; i < 24; i++) twice[i] = 2 * (v[i] = i - 7);
    assertArrayEquals(twice, ReferenceRun.once(g.record("views"), Map.of("x", v)).get("dx"), 0);
  }

  @Test
  void gradientsOfMoreThanOneNumberAreRefused() {
    refused("gradients: 'x' [batch 2, time 3, width 4] must have one element", () -> g.gradients(x, List.of(x)));
  }
}
