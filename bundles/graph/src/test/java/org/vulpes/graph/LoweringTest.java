package org.vulpes.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.compute.DType;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.compute.Program;
import org.vulpes.graph.operations.Activation;
import org.vulpes.graph.operations.AdamW;
import org.vulpes.graph.operations.LinearCrossEntropyGradient;
import org.vulpes.graph.operations.SquaredNorm;
import org.vulpes.graph.reference.ReferenceRun;

class LoweringTest {
  private static final Axis ROWS = Axis.of("rows", 4), IN = Axis.of("in", 3), OUT = Axis.of("out", 5);

  private final Graph g = new Graph();

  private Tensor f32(String name, Axis... axes) {
    return g.variable(name, DType.F32, axes);
  }

  private static List<String> names(Recording r) {
    return r.program().calls().stream().map(c -> c.kernel().name() + (c.accumulate() ? "+" : "")).toList();
  }

  private static String home(Program p, Operand o) {
    return o.binding() == Operand.ARENA ? "arena" : p.bindings().get(o.binding()).name();
  }

  @Test
  void onlyWhatAssignmentsNeedRuns() {
    Tensor x = f32("x", ROWS), unused = f32("unused", ROWS);
    g.scale(unused, 3);
    g.assign(f32("y", ROWS), g.scale(x, 2));
    Recording r = g.record("live");
    assertEquals(List.of("scale"), names(r));
    assertEquals(List.of("x", "y"), r.program().bindings().stream().map(Program.Binding::name).toList());
    assertEquals(0, r.program().arenaBytes());
    assertEquals(4, r.flops());
    assertEquals(32, r.bytes());
    assertEquals(List.of("scale", "scale", "scale"), names(g.record("plain", Pass.NONE)));
  }

  @Test
  void weightGradientsAccumulateStraightIntoTheGradientsMemory() {
    Tensor x = f32("x", ROWS, IN), w = f32("w", OUT, IN), grad = f32("grad", OUT, IN);
    Tensor loss = g.one(new SquaredNorm(), g.linear(x, w));
    g.assign(grad, g.add(grad, g.gradients(loss, List.of(w)).get(w)));
    Recording r = g.record("accumulate");
    assertEquals(List.of("matmul", "scale-by", "scale", "matmul+"), names(r));
    KernelCall last = r.program().calls().getLast();
    assertEquals("grad", home(r.program(), last.outputs().getFirst()));
    // 2·4·3·5 twice, two passes over [4, 5], and the additions to [5, 3]
    assertEquals(120 + 20 + 20 + 120 + 15, r.flops());

    Map<String, double[]> values = Map.of("x", ramp(12, 0.5), "w", ramp(15, -0.25), "grad", ramp(15, 1));
    assertArrayEquals(ReferenceRun.once(g.record("plain", Pass.NONE), values).get("grad"), ReferenceRun.once(r, values).get("grad"), 0);
  }

  @Test
  void inputGradientsOfSeveralReadersAreSummedInOneMemory() {
    Tensor x = f32("x", ROWS, IN);
    Tensor h = g.scale(x, 2);
    Tensor q = g.linear(h, f32("q", OUT, IN)), k = g.linear(h, f32("k", OUT, IN)), v = g.linear(h, f32("v", OUT, IN));
    Tensor loss = g.dot(g.multiply(q, k), v);
    g.assign(f32("dx", ROWS, IN), g.gradients(loss, List.of(x)).get(x));
    var names = names(g.record("sums"));
    assertFalse(names.contains("add"), names.toString());
    assertEquals(2, names.stream().filter("matmul+"::equals).count(), names.toString());
  }

  @Test
  void nothingAccumulatesIntoWhatIsStillRead() {
    Tensor x = f32("x", ROWS, IN), w = f32("w", IN, IN);
    Tensor a = g.scale(x, 2), y = g.add(a, g.linear(x, w));
    g.assign(f32("out", ROWS, IN), g.multiply(y, a));
    assertEquals(List.of("scale", "matmul", "add", "multiply"), names(g.record("residual")));
    // A variable that is not assigned keeps its value, too.
    var other = new Graph();
    Tensor b = other.variable("b", DType.F32, ROWS);
    other.assign(other.variable("c", DType.F32, ROWS), other.add(b, other.scale(b, 2)));
    assertEquals(List.of("scale", "add"), names(other.record("kept")));
  }

  @Test
  void anUpdateRunsInTheMemoryOfItsVariables() {
    Tensor p = f32("p", ROWS), m = f32("m", ROWS), v = f32("v", ROWS);
    var updated = g.apply(new AdamW(true), p, f32("g", ROWS), m, v, f32("factor", Axis.of("one", 1)), f32("hyper", Axis.of("hyper", 8)));
    g.assign(p, updated.get(0));
    g.assign(m, updated.get(1));
    g.assign(v, updated.get(2));
    Recording r = g.record("apply");
    assertEquals(List.of("adamw"), names(r));
    assertEquals(List.of("p", "m", "v"), r.program().calls().getFirst().outputs().stream().map(o -> home(r.program(), o)).toList());
    assertEquals(0, r.program().arenaBytes());
  }

  @Test
  void aVariableReadAfterItsUpdateStillShowsItsOldValue() {
    Tensor p = f32("p", ROWS);
    g.assign(p, g.scale(p, 2));
    g.assign(f32("old", ROWS), g.scale(p, 1.5));
    var after = ReferenceRun.once(g.record("late reader"), Map.of("p", new double[] {1, 2, 3, 4}));
    assertArrayEquals(new double[] {2, 4, 6, 8}, after.get("p"));
    assertArrayEquals(new double[] {1.5, 3, 4.5, 6}, after.get("old"));
  }

  private Recording head(int rows, int vocabulary) {
    Axis many = Axis.of("rows", rows), width = Axis.of("width", 1);
    Tensor hidden = f32("hidden", many, width), weight = f32("weight", Axis.of("vocabulary", vocabulary), width);
    Tensor loss = g.one(new SquaredNorm(), g.crossEntropy(hidden, weight, g.variable("targets", DType.I32, many)));
    g.assign(f32("dhidden", many, width), g.gradients(loss, List.of(hidden)).get(hidden));
    return g.record("head");
  }

  @Test
  void logitsAreKeptForTheirGradient() {
    KernelCall gradient = head(8, 100).program().calls().getLast();
    assertEquals(new LinearCrossEntropyGradient(true), gradient.kernel());
    assertArrayEquals(new int[] {8, 100}, gradient.inputs().getLast().shape());
  }

  @Test
  void largeLogitsAreNotKept() {
    Recording r = head(2048, 32_768);
    assertEquals(new LinearCrossEntropyGradient(false), r.program().calls().getLast().kernel());
    assertTrue(r.program().arenaBytes() < 1 << 20, () -> r.program().arenaBytes() + " bytes");
  }

  /** A vocabulary that is matched by FLOPs must not pay for logits that did not fit into memory. */
  @ParameterizedTest
  @CsvSource({"8, 100", "2048, 32768"})
  void logitsThatAreComputedAgainCountOnce(int rows, int vocabulary) {
    // a logit: 2 + 2 forward, 4 + 3 backward; a row: 2, and 2 for the gradient of its squared norm
    assertEquals(rows * (vocabulary * 11L + 4), head(rows, vocabulary).flops());
  }

  @Test
  void variablesCanBeExchangedRotatedAndCopied() {
    Tensor a = f32("a", ROWS), b = f32("b", ROWS), c = f32("c", ROWS), d = f32("d", ROWS);
    g.assign(a, b);
    g.assign(b, c);
    g.assign(c, a);
    g.assign(d, a);
    for (var passes : List.of(Pass.NONE, Pass.ALL)) {
      var after = ReferenceRun.once(g.record("rotate", passes), Map.of("a", ramp(4, 1), "b", ramp(4, 2), "c", ramp(4, 3)));
      assertArrayEquals(ramp(4, 2), after.get("a"));
      assertArrayEquals(ramp(4, 3), after.get("b"));
      assertArrayEquals(ramp(4, 1), after.get("c"));
      assertArrayEquals(ramp(4, 1), after.get("d"));
    }
  }

  @Test
  void aChainRunsInPlace() {
    Tensor x = f32("x", ROWS);
    Tensor y = x;
    for (int i = 0; i < 10; i++) y = g.activate(Activation.SILU, g.scale(y, 0.9));
    g.assign(f32("y", ROWS), g.add(y, x));
    assertEquals(64, g.record("chain").program().arenaBytes());
    assertEquals(21 * 64, g.record("plain", Pass.NONE).program().arenaBytes());
  }

  @Test
  void constantsTravelWithTheRecordingWhereTheyAreUsed() {
    Tensor used = g.constant("table", new double[] {1, 2, 3, 4}, ROWS);
    g.constant("unused", new double[] {9}, Axis.of("one", 1));
    g.assign(f32("y", ROWS), g.add(f32("x", ROWS), used));
    Recording r = g.record("constants");
    assertEquals(List.of("table"), List.copyOf(r.constants().keySet()));
    assertArrayEquals(new double[] {2, 3, 4, 5}, ReferenceRun.once(r, Map.of("x", new double[] {1, 1, 1, 1})).get("y"));
  }

  @Test
  void costsAddUpByFamilyAndByPlace() {
    Tensor x = f32("x", ROWS, IN);
    Tensor y;
    try (var _ = g.at("up")) {
      y = g.linear(x, f32("w", OUT, IN));
    }
    g.assign(f32("y", ROWS, OUT), g.scale(y, 2));
    Recording r = g.record("cost");
    assertEquals(new Cost(1, 120, 4 * (12 + 15 + 20)), Cost.byFamily(r.program()).get("gemm"));
    assertEquals(new Cost(1, 20, 4 * 40), Cost.byLabel(r.program()).get(""));
    assertEquals(List.of("", "up"), List.copyOf(Cost.byLabel(r.program()).keySet()));
    assertEquals(140, r.flops());
    assertTrue(r.bytes() == 188 + 160);
  }

  private static double[] ramp(int n, double step) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) x[i] = step * (i - 2);
    return x;
  }
}
