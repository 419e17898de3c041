package org.vulpes.optimizer.muon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Recording;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.reference.ReferenceDevice;
import org.vulpes.model.Parameter;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.Options;

class MuonOptimizerTest {
  private static final String OPTIONS = """
      lr = 0.02, momentum = 0.95, nesterov = true, steps = 5, scale = original, weight-decay = 0.1
      adamw { lr = 3e-3, beta1 = 0.9, beta2 = 0.95, epsilon = 1e-8, weight-decay = 0.1 }
      """;
  private static final List<Parameter> PARAMETERS = List.of(parameter("tall", "attention", true, 6, 4), parameter("wide", "feedforward", true, 4, 6),
      parameter("square", "attention", true, 5, 5), parameter("vector", "norm", false, 5), parameter("embedding", "embedding", true, 7, 4));

  private static Parameter parameter(String name, String part, boolean decay, int... sizes) {
    var axes = new Axis[sizes.length];
    for (int i = 0; i < sizes.length; i++) axes[i] = Axis.of("axis" + i, sizes[i]);
    return new Parameter(name, part, Shape.of(axes), new Parameter.Initial.Constant(0), decay);
  }

  private static Optimizer optimizer(String more) {
    return new MuonOptimizer().create(Options.of(OPTIONS + more));
  }

  private static double[] read(Buffer b) {
    var out = new double[Math.toIntExact(b.length())];
    b.read(0, out, 0, out.length);
    return out;
  }

  private static Buffer buffer(Device device, double... values) {
    Buffer b = device.allocate(DType.F32, values.length);
    b.write(0, values, 0, values.length);
    return b;
  }

  /** Values and gradients as in the script that made the golden ones. */
  private static Map<String, double[]> train(Device device, Optimizer optimizer, int steps) {
    var graph = new Graph();
    var bound = new HashMap<String, Buffer>(Map.of("factor", buffer(device, 1), "hyper", device.allocate(DType.F32, Optimizer.HYPER)));
    for (Parameter p : PARAMETERS) {
      Axis[] axes = p.shape().axes().toArray(Axis[]::new);
      int n = PARAMETERS.indexOf(p);
      var start = new double[Math.toIntExact(p.shape().length())];
      for (int i = 0; i < start.length; i++) start[i] = Math.cos(0.3 * i + n);
      bound.put(p.name(), buffer(device, start));
      bound.put("g." + p.name(), device.allocate(DType.F32, start.length));
      var moments = optimizer.moments(p).stream().map(m -> {
        bound.put(m + "." + p.name(), device.allocate(DType.F32, start.length));
        return graph.variable(m + "." + p.name(), DType.F32, axes);
      }).toList();
      Tensor gradient = graph.variable("g." + p.name(), DType.F32, axes);
      optimizer.update(graph, p, graph.variable(p.name(), DType.F32, axes), gradient, moments, graph.variable("factor", DType.F32, Axis.of("one", 1)),
          graph.variable("hyper", DType.F32, Axis.of("hyper", Optimizer.HYPER)));
    }
    Recording recording = graph.record("apply");
    recording.constants().forEach((name, values) -> bound.put(name, buffer(device, values)));
    try (var program = device.prepare(recording.program(), bound)) {
      for (int t = 1; t <= steps; t++) {
        for (Parameter p : PARAMETERS) {
          int n = PARAMETERS.indexOf(p);
          var g = new double[Math.toIntExact(p.shape().length())];
          for (int i = 0; i < g.length; i++) g[i] = Math.sin(0.7 * i + t + 2 * n) * (p.name().equals("wide") ? 30 : 0.01);
          bound.get("g." + p.name()).write(0, g, 0, g.length);
        }
        bound.get("hyper").write(0, optimizer.hyper(new long[] {t, t}, optimizer.learningRate()), 0, Optimizer.HYPER);
        program.run();
      }
    }
    var out = new LinkedHashMap<String, double[]>();
    for (Parameter p : PARAMETERS) out.put(p.name(), read(bound.get(p.name())));
    return out;
  }

  private static Map<String, double[]> golden(String variant) throws IOException {
    var out = new LinkedHashMap<String, double[]>();
    try (var in = MuonOptimizerTest.class.getResourceAsStream("/muon.txt")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        String[] words = line.split(" ");
        if (words[0].equals(variant)) out.put(words[1], Arrays.stream(words).skip(2).mapToDouble(Double::parseDouble).toArray());
      }
    }
    return out;
  }

  @ParameterizedTest
  @CsvSource({"original, ''", "rms, scale = rms", "plain, nesterov = false"})
  void fourStepsAgreeWithPyTorch(String variant, String options) throws IOException {
    var expected = golden(variant);
    assertEquals(PARAMETERS.size(), expected.size());
    try (var reference = new ReferenceDevice()) {
      train(reference, optimizer(options), 4).forEach((name, values) -> assertArrayEquals(expected.get(name), values, 1e-9, name));
    }
    DeviceProvider jvm = new org.vulpes.compute.jvm.internal.JvmDevicePlugin().create(Options.of("spin-microseconds = 0"));
    try (Device device = jvm.open(1)) {
      train(device, optimizer(options), 4).forEach((name, values) -> assertArrayEquals(expected.get(name), values, 2e-5, name));
    }
  }

  @Test
  void singularValuesEndNearOneWhateverTheGradientsSize() {
    double[] singular = {1, 0.5, 0.1, 0.02};
    for (double size : new double[] {1e-5, 1, 1e4}) {
      try (var device = new ReferenceDevice()) {
        var graph = new Graph();
        Axis[] axes = {Axis.of("rows", 4), Axis.of("columns", 4)};
        graph.assign(graph.variable("x", DType.F32, axes), NewtonSchulz.orthogonalise(graph, graph.variable("u", DType.F32, axes), 5));
        var u = new double[16];
        for (int i = 0; i < 4; i++) u[5 * i] = size * singular[i];
        Buffer x = device.allocate(DType.F32, 16);
        Recording recording = graph.record("orthogonalise");
        var bound = new HashMap<>(Map.of("u", buffer(device, u), "x", x));
        recording.constants().forEach((name, values) -> bound.put(name, buffer(device, values)));
        device.prepare(recording.program(), bound).run();
        double[] found = read(x);
        for (int i = 0; i < 16; i++) {
          if (i % 5 != 0) assertEquals(0, found[i], 1e-12);
          else assertTrue(found[i] > 0.6 && found[i] < 1.25, Arrays.toString(found));
        }
      }
    }
  }

  @Test
  void gradientOfZeroMovesNothingButByDecay() {
    try (var device = new ReferenceDevice()) {
      var graph = new Graph();
      Axis[] axes = {Axis.of("rows", 2), Axis.of("columns", 3)};
      graph.assign(graph.variable("x", DType.F32, axes), NewtonSchulz.orthogonalise(graph, graph.variable("u", DType.F32, axes), 5));
      Recording recording = graph.record("orthogonalise");
      Buffer x = device.allocate(DType.F32, 6);
      var bound = new HashMap<>(Map.of("u", device.allocate(DType.F32, 6), "x", x));
      recording.constants().forEach((name, values) -> bound.put(name, buffer(device, values)));
      device.prepare(recording.program(), bound).run();
      assertArrayEquals(new double[6], read(x));
    }
  }

  @Test
  void hiddenMatricesKeepOneMomentAndTheRestKeepsTwo() {
    Optimizer muon = optimizer("");
    assertEquals(List.of("m"), muon.moments(PARAMETERS.getFirst()));
    for (Parameter p : PARAMETERS.subList(3, 5)) assertEquals(List.of("m", "v"), muon.moments(p), p.name());
  }
}
