package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.Program;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Recording;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Activation;
import org.vulpes.graph.operations.Attention;
import org.vulpes.graph.operations.AttentionDivergence;
import org.vulpes.graph.operations.AttentionDivergenceGradient;
import org.vulpes.graph.operations.Divergence;
import org.vulpes.graph.operations.DivergenceGradient;
import org.vulpes.graph.operations.LinearCrossEntropy;
import org.vulpes.graph.operations.LinearCrossEntropyGradient;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.graph.operations.Pointwise;
import org.vulpes.graph.operations.TopAndRest;
import org.vulpes.graph.operations.TopAndRestGradient;
import org.vulpes.graph.reference.OddSizes;
import org.vulpes.graph.reference.OperationCheck;
import org.vulpes.graph.reference.ReferenceDevice;

/** The device against the float64 definitions of the operations, and a recorded step of several kernels against the reference device. */
class AgainstReferenceTest {
  private static final Attention LARGE = new Attention(4, 2, 9, 0.3, 0);
  private static final Attention LARGER = new Attention(8, 2, 5, 0.4, 11);
  private static final Attention NARROW = new Attention(1, 1, 7, 0.3, 20);

  static Stream<OperationCheck> checks() {
    return Stream.concat(OddSizes.longest(40).stream(), small());
  }

  private static Stream<OperationCheck> small() {
    return Stream.of(
        OperationCheck.of(new MatMul(false, true), 1, new int[] {2, 17, 70}, new int[] {33, 70}),
        OperationCheck.of(new MatMul(false, false), 2, new int[] {2, 17, 70}, new int[] {70, 33}),
        OperationCheck.of(new MatMul(true, false), 3, new int[] {70, 17}, new int[] {70, 33}),
        OperationCheck.of(new MatMul(true, true), 4, new int[] {70, 17}, new int[] {33, 70}),
        OperationCheck.of(new LinearCrossEntropy(), 5, new int[] {3, 9, 20}, new int[] {301, 20}, new int[] {3, 9}),
        OperationCheck.of(new LinearCrossEntropyGradient(), 6, new int[] {3, 9, 20}, new int[] {301, 20}, new int[] {3, 9}, new int[] {3, 9}, new int[] {3, 9}),
        OperationCheck.of(new Divergence(1, 0, 0, 1), 7, new int[] {3, 5, 77}, new int[] {3, 5, 77}),
        OperationCheck.of(new Divergence(0, 1, 1, 2), 8, new int[] {3, 5, 77}, new int[] {3, 5, 77}),
        OperationCheck.of(new Divergence(0.3, 0.7, 0.3, 1.5), 9, new int[] {40, 16}, new int[] {40, 16}),
        OperationCheck.of(new DivergenceGradient(new Divergence(1, 0, 0.1, 1)), 10, new int[] {3, 5, 77}, new int[] {3, 5, 77}, new int[] {3, 5}),
        OperationCheck.of(new DivergenceGradient(new Divergence(0, 1, 1, 2)), 11, new int[] {3, 5, 77}, new int[] {3, 5, 77}, new int[] {3, 5}),
        OperationCheck.of(new DivergenceGradient(new Divergence(0.3, 0.7, 0.3, 1.5)), 12, new int[] {40, 16}, new int[] {40, 16}, new int[] {40}),
        OperationCheck.of(new AttentionDivergence(LARGE, LARGER), 34, new int[] {2, 83, 36}, new int[] {2, 83, 18}, new int[] {2, 83, 40}, new int[] {2, 83, 10}, new int[] {2, 83}),
        OperationCheck.of(new AttentionDivergence(NARROW, LARGER), 35, new int[] {1, 37, 7}, new int[] {1, 37, 7}, new int[] {1, 37, 40}, new int[] {1, 37, 10}, new int[] {1, 37}),
        OperationCheck.of(new AttentionDivergenceGradient(new AttentionDivergence(LARGE, LARGER)), 36, new int[] {2, 83, 36}, new int[] {2, 83, 18}, new int[] {2, 83, 40}, new int[] {2, 83, 10}, new int[] {2, 83},
            new int[] {2, 83}),
        OperationCheck.of(new AttentionDivergenceGradient(new AttentionDivergence(NARROW, LARGER)), 37, new int[] {1, 37, 7}, new int[] {1, 37, 7}, new int[] {1, 37, 40}, new int[] {1, 37, 10}, new int[] {1, 37},
            new int[] {1, 37}),
        OperationCheck.of(new TopAndRest(1.5), 30, new int[] {3, 5, 77}, new int[] {3, 5, 8}),
        OperationCheck.of(new TopAndRest(1), 31, new int[] {40, 16}, new int[] {40, 16}),
        OperationCheck.of(new TopAndRestGradient(1.5), 32, new int[] {3, 5, 77}, new int[] {3, 5, 8}, new int[] {3, 5, 9}, new int[] {3, 5, 9}),
        OperationCheck.of(new TopAndRestGradient(1), 33, new int[] {40, 16}, new int[] {40, 16}, new int[] {40, 17}, new int[] {40, 17}),
        OperationCheck.of(new Pointwise(Pointwise.Function.EXP), 13, new int[] {3, 13}),
        OperationCheck.of(new Pointwise(Pointwise.Function.LOG), 14, new int[] {3, 13}),
        OperationCheck.of(new Pointwise(Pointwise.Function.SIGMOID), 15, new int[] {3, 13}),
        OperationCheck.of(new Pointwise(Pointwise.Function.SOFTPLUS), 16, new int[] {3, 13}),
        OperationCheck.of(new Pointwise(Pointwise.Function.SQUARE), 17, new int[] {3, 13}),
        OperationCheck.of(new Pointwise(Pointwise.Function.RECIPROCAL), 18, new int[] {3, 13}));
  }

  @ParameterizedTest
  @MethodSource("checks")
  void agreesWithTheDefinition(OperationCheck check) {
    try (var device = new JvmDevice(2, 50_000)) {
      double[][] out = check.run(device);
      assertTrue(check.error(out) < 5e-6, () -> check.error(out) + ": " + check.describe(out));
      if (check.operation().accumulates()) {
        double[][] added = check.accumulate(device);
        assertTrue(check.error(added) < 5e-6, () -> check.describe(added));
      }
    }
  }

  /** A gated feed-forward layer with its norm and the head: loss, and gradients of all that is learned. */
  private static Recording step() {
    var graph = new Graph();
    Axis batch = Axis.of("batch", 3);
    Axis time = Axis.of("time", 11);
    Axis width = Axis.of("width", 24);
    Axis inner = Axis.of("inner", 40);
    Axis vocabulary = Axis.of("vocabulary", 90);
    Tensor table = graph.variable("table", DType.F32, vocabulary, width);
    Tensor scale = graph.variable("scale", DType.F32, width);
    Tensor gate = graph.variable("gate", DType.F32, inner, width);
    Tensor up = graph.variable("up", DType.F32, inner, width);
    Tensor down = graph.variable("down", DType.F32, width, inner);
    Tensor ids = graph.variable("ids", DType.I32, batch, time);
    Tensor targets = graph.variable("targets", DType.I32, batch, time);
    Tensor mask = graph.variable("mask", DType.F32, batch, time);
    Tensor x = graph.embedding(table, ids);
    Tensor z = graph.rmsNorm(x, scale, 1e-5, false);
    x = graph.add(x, graph.linear(graph.gated(Activation.SILU, graph.linear(z, gate), graph.linear(z, up)), down));
    Tensor loss = graph.dot(graph.crossEntropy(x, table, targets), mask);
    graph.assign(graph.variable("loss", DType.F32, loss.shape().axis(0)), loss);
    var learned = List.of(table, scale, gate, up, down);
    var names = List.of("table", "scale", "gate", "up", "down");
    Map<Tensor, Tensor> gradients = graph.gradients(loss, learned);
    for (int i = 0; i < learned.size(); i++) {
      Tensor t = learned.get(i);
      graph.assign(graph.variable("d" + names.get(i), DType.F32, t.shape().axes().toArray(Axis[]::new)), gradients.get(t));
    }
    return graph.record("step");
  }

  private static Map<String, double[]> run(Device device) {
    var recording = step();
    var buffers = new HashMap<String, Buffer>();
    for (Program.Binding b : recording.program().bindings()) {
      Buffer buffer = device.allocate(b.type(), b.length());
      int n = (int) b.length();
      if (b.type() == DType.I32) {
        var values = new int[n];
        for (int i = 0; i < n; i++) values[i] = b.name().equals("targets") && i % 4 == 0 ? -1 : (i * 37 + b.name().length()) % 90;
        buffer.write(0, values, 0, n);
      } else if (recording.constants().containsKey(b.name())) {
        buffer.write(0, recording.constants().get(b.name()), 0, n);
      } else {
        // Small, as in a model: logits of hundreds carry rounding errors of 1e-7 of their size into the exponent (6e-6 measured). Here: at most 3e-7.
        float[] values = OneCall.random(b.name().hashCode(), n);
        for (int i = 0; i < n; i++) values[i] *= 0.3f;
        buffer.write(0, values, 0, n);
      }
      buffers.put(b.name(), buffer);
    }
    try (var executable = device.prepare(recording.program(), buffers)) {
      executable.run();
    }
    var results = new HashMap<String, double[]>();
    for (Program.Binding b : recording.program().bindings()) {
      if (b.type() != DType.F32) continue;
      var values = new double[(int) b.length()];
      buffers.get(b.name()).read(0, values, 0, values.length);
      results.put(b.name(), values);
    }
    return results;
  }

  @Test
  void aRecordedStepAgreesWithTheReferenceForAnyNumberOfThreads() {
    Map<String, double[]> expected;
    try (var reference = new ReferenceDevice()) {
      expected = run(reference);
    }
    Map<String, double[]> first = null;
    for (int threads = 1; threads <= 3; threads++) {
      try (var device = new JvmDevice(threads, 50_000)) {
        Map<String, double[]> out = run(device);
        for (var e : expected.entrySet()) {
          var single = new float[e.getValue().length];
          for (int i = 0; i < single.length; i++) single[i] = (float) out.get(e.getKey())[i];
          double error = OneCall.error(single, e.getValue());
          assertTrue(error < 2e-6, () -> e.getKey() + ": " + error);
          if (first != null) assertArrayEquals(first.get(e.getKey()), out.get(e.getKey()), e.getKey());
        }
        first = out;
      }
    }
  }
}
