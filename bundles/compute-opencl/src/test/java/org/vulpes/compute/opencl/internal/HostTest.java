package org.vulpes.compute.opencl.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
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
import org.vulpes.graph.operations.Add;
import org.vulpes.graph.operations.Concat;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.graph.reference.OperationCheck;
import org.vulpes.graph.reference.ReferenceDevice;

/** What the host does with a text, on a text that uses every key: scratch, packed weights, repeated launches, layouts, joined calls. */
class HostTest {
  private static final Path PLAIN = Path.of("src/test/resources/plain");

  @BeforeAll
  static void device() {
    Present.orSkip();
  }

  static OpenClDevice open() {
    return (OpenClDevice) Opening.open("0", List.of(Opening.read("plain", Opening.folder(PLAIN))), null);
  }

  static Stream<OperationCheck> checks() {
    return Stream.of(
        OperationCheck.of(new MatMul(false, true), 1, new int[] {2, 17, 70}, new int[] {33, 70}),
        OperationCheck.of(new MatMul(true, false), 2, new int[] {70, 17}, new int[] {70, 33}),
        OperationCheck.of(new Add(), 3, new int[] {5, 77}, new int[] {5, 77}),
        OperationCheck.of(new Concat(), 4, new int[] {5, 7}, new int[] {5, 3}, new int[] {5, 9}));
  }

  @ParameterizedTest
  @MethodSource("checks")
  void agreesWithTheDefinition(OperationCheck check) {
    try (var device = open()) {
      double[][] out = check.run(device);
      assertTrue(check.error(out) < 1e-6, () -> check.describe(out));
      if (check.operation().accumulates()) {
        double[][] added = check.accumulate(device);
        assertTrue(check.error(added) < 1e-6, () -> check.describe(added));
      }
    }
  }

  /** y ← y + (x w + r) + r, with rows and panels, a packed weight and a joined pair of calls. */
  private static Recording recording() {
    var graph = new Graph();
    Axis rows = Axis.of("rows", 5), inner = Axis.of("inner", 40), width = Axis.of("width", 64);
    Tensor x = graph.variable("x", DType.F32, rows, inner), w = graph.variable("w", DType.F32, inner, width), r = graph.variable("r", DType.F32, rows, width);
    Tensor y = graph.variable("y", DType.F32, rows, width), v = graph.variable("v", DType.F32, width, width);
    Tensor joined = graph.add(graph.matmul(x, w), r);
    Tensor second = graph.add(graph.add(graph.matmul(joined, v), joined), r);
    graph.assign(y, graph.add(y, second));
    return graph.record("joined");
  }

  private static Map<String, double[]> run(Device device, int times) {
    var recording = recording();
    var buffers = new HashMap<String, Buffer>();
    var results = new HashMap<String, double[]>();
    for (Program.Binding b : recording.program().bindings()) {
      Buffer buffer = device.allocate(b.type(), b.length());
      var values = new double[(int) b.length()];
      for (int i = 0; i < values.length; i++) values[i] = (float) Math.sin(i * 0.7 + b.name().hashCode());
      buffer.write(0, values, 0, values.length);
      buffers.put(b.name(), buffer);
    }
    try (var executable = device.prepare(recording.program(), buffers)) {
      for (int i = 0; i < times; i++) {
        executable.run();
        if (i == 0) {
          // A weight changes between two runs: its packed copy must follow.
          var values = new double[(int) buffers.get("v").length()];
          for (int j = 0; j < values.length; j++) values[j] = (float) Math.cos(j * 0.3);
          buffers.get("v").write(0, values, 0, values.length);
        }
      }
    }
    buffers.forEach((name, b) -> {
      var values = new double[(int) b.length()];
      b.read(0, values, 0, values.length);
      results.put(name, values);
      b.close();
    });
    return results;
  }

  @Test
  void aProgramOfSeveralLayoutsAgreesWithTheReference() {
    Map<String, double[]> expected;
    try (var reference = new ReferenceDevice()) {
      expected = run(reference, 3);
    }
    try (var device = open()) {
      Map<String, double[]> found = run(device, 3);
      expected.forEach((name, e) -> {
        double worst = 0, size = 0;
        for (int i = 0; i < e.length; i++) {
          worst = Math.max(worst, Math.abs(found.get(name)[i] - e[i]));
          size = Math.max(size, Math.abs(e[i]));
        }
        assertTrue(worst <= 1e-6 * size, name + ": " + worst + " of " + size);
      });
    }
  }

  @Test
  void nothingOfAnExecutableIsLeftWhenItIsClosed() {
    try (var device = open()) {
      run(device, 2);
      long handles = device.handles(), bytes = device.bytesInUse();
      for (int i = 0; i < 3; i++) run(device, 2);
      assertEquals(handles, device.handles());
      assertEquals(bytes, device.bytesInUse());
    }
  }
}
