package org.vulpes.model.norm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.reference.ReferenceDevice;
import org.vulpes.model.Context;
import org.vulpes.model.Parameter;
import org.vulpes.model.Scope;
import org.vulpes.slot.Options;

class LayerNormBrickTest {

  @Test
  void eachGroupIsNormalisedByItself() {
    var graph = new Graph();
    Axis[] axes = {Axis.of("batch", 1), Axis.of("time", 1), Axis.of("width", 6)};
    Tensor x = graph.variable("x", DType.F32, axes);
    Tensor y = new LayerNormBrick().create(Options.of("eps = 0, bias = true")).build(new Root(graph), x, Axis.of("head", 3));
    graph.assign(graph.variable("y", DType.F32, axes), y);
    var recording = graph.record("norm");
    try (Device device = new ReferenceDevice()) {
      var buffers = Map.of("x", filled(device, 1, 2, 3, 10, 40, 10), "weight", filled(device, 1, 1, 2), "bias", filled(device, 0, 5, 0), "y", device.allocate(DType.F32, 6));
      device.prepare(recording.program(), buffers).run();
      var out = new double[6];
      buffers.get("y").read(0, out, 0, 6);
      // (1,2,3): mean 2, variance 2/3; (10,40,10): mean 20, variance 200
      double a = Math.sqrt(1.5);
      double b = Math.sqrt(0.5);
      assertArrayEquals(new double[] {-a, 5, 2 * a, -b, 2 * b + 5, -2 * b}, out, 1e-12);
    }
  }

  private static Buffer filled(Device device, double... values) {
    Buffer b = device.allocate(DType.F32, values.length);
    b.write(0, values, 0, values.length);
    return b;
  }

  private record Root(Graph graph) implements Scope {
    @Override
    public Context context() {
      throw new AssertionError("a norm sees each position by itself");
    }

    @Override
    public String path() {
      return "";
    }

    @Override
    public Scope child(String name) {
      return this;
    }

    @Override
    public Tensor parameter(String name, Parameter.Initial initial, boolean decay, Axis... axes) {
      return graph.variable(name, DType.F32, axes);
    }

    @Override
    public Tensor weight(String name, Axis out, Axis in) {
      throw new AssertionError("a norm has no matrices");
    }

    @Override
    public Tensor residualWeight(String name, Axis out, Axis in) {
      throw new AssertionError("a norm has no matrices");
    }
  }
}
