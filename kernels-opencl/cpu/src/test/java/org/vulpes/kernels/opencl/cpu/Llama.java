package org.vulpes.kernels.opencl.cpu;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.Executable;
import org.vulpes.compute.Program;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Recording;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Activation;
import org.vulpes.graph.operations.AdamW;
import org.vulpes.graph.operations.ClipFactor;
import org.vulpes.graph.operations.SquaredNorm;

/**
 * A decoder in Llama's form with a tied head and documents packed into rows, as the two programs of a training step: {@code accumulate} (loss and gradients) and
 * {@code apply} (clipping and AdamW). Values follow from names, so that two devices start from the same.
 */
record Llama(int layers, int width, int heads, int kvHeads, int inner, int vocabulary, int time, int batch) {

  /** A step on a device: buffers by name, and the two programs. */
  static final class Step implements AutoCloseable {
    final Map<String, Buffer> buffers = new HashMap<>();
    final Executable accumulate;
    final Executable apply;

    Step(Device device, Llama shape) {
      Recording accumulate = shape.accumulate(), apply = shape.apply();
      for (Recording r : List.of(accumulate, apply)) for (Program.Binding b : r.program().bindings()) {
        if (!buffers.containsKey(b.name())) buffers.put(b.name(), shape.filled(device, b, r.constants().get(b.name())));
      }
      this.accumulate = device.prepare(accumulate.program(), buffers);
      this.apply = device.prepare(apply.program(), buffers);
    }

    /** @param number from 1 on */
    double run(int number) {
      float[] hyper = {3e-3f, 0.9f, 0.95f, 1e-8f, 0.1f, (float) (1 - Math.pow(0.9, number)), (float) (1 - Math.pow(0.95, number)), 0};
      buffers.get("hyper").write(0, hyper, 0, 8);
      buffers.forEach((name, b) -> {
        if (name.startsWith("sum.")) b.clear();
      });
      accumulate.run();
      apply.run();
      return read("loss")[0];
    }

    double[] read(String name) {
      var x = new double[(int) buffers.get(name).length()];
      buffers.get(name).read(0, x, 0, x.length);
      return x;
    }

    @Override
    public void close() {
      accumulate.close();
      apply.close();
      buffers.values().forEach(Buffer::close);
    }
  }

  private Axis axis(String name, int size) {
    return Axis.of(name, size);
  }

  private Tensor weight(Graph g, Map<String, Tensor> parameters, String name, Axis... axes) {
    Tensor p = g.variable(name, DType.F32, axes);
    parameters.put(name, p);
    return p;
  }

  /** The parameters in order, and the decoder's loss. */
  private Tensor loss(Graph g, Map<String, Tensor> parameters) {
    int headDim = width / heads;
    Axis b = axis("batch", batch), t = axis("time", time), w = axis("width", width), in = axis("inner", inner), q = axis("queries", width), kv = axis("keys", kvHeads * headDim);
    Tensor ids = g.variable("ids", DType.I32, b, t), targets = g.variable("targets", DType.I32, b, t), first = g.variable("first", DType.I32, b, t), share = g.variable("share", DType.F32, b, t);
    double[] cos = new double[time * headDim / 2], sin = cos.clone();
    for (int i = 0; i < cos.length; i++) {
      double angle = i / (headDim / 2) * Math.pow(10_000, -2.0 * (i % (headDim / 2)) / headDim);
      cos[i] = Math.cos(angle);
      sin[i] = Math.sin(angle);
    }
    Tensor cosines = g.constant("cos", cos, t, axis("half", headDim / 2)), sines = g.constant("sin", sin, t, axis("half", headDim / 2));
    Tensor table = weight(g, parameters, "embedding", axis("vocabulary", vocabulary), w);
    Tensor x = g.embedding(table, ids);
    for (int l = 0; l < layers; l++) {
      try (var _ = g.at("layers." + l)) {
        String at = "layers." + l + ".";
        Tensor h = g.rmsNorm(x, weight(g, parameters, at + "norm1", w), 1e-5, false);
        Tensor query = g.rope(g.linear(h, weight(g, parameters, at + "q", q, w)), cosines, sines, headDim);
        Tensor key = g.rope(g.linear(h, weight(g, parameters, at + "k", kv, w)), cosines, sines, headDim);
        Tensor value = g.linear(h, weight(g, parameters, at + "v", kv, w));
        Tensor mixed = g.attention(query, key, value, first, heads, kvHeads, headDim, 1 / Math.sqrt(headDim), 0);
        x = g.add(x, g.linear(mixed, weight(g, parameters, at + "o", w, q)));
        Tensor n = g.rmsNorm(x, weight(g, parameters, at + "norm2", w), 1e-5, false);
        Tensor gated = g.gated(Activation.SILU, g.linear(n, weight(g, parameters, at + "gate", in, w)), g.linear(n, weight(g, parameters, at + "up", in, w)));
        x = g.add(x, g.linear(gated, weight(g, parameters, at + "down", w, in)));
      }
    }
    Tensor nll = g.crossEntropy(g.rmsNorm(x, weight(g, parameters, "norm", w), 1e-5, false), table, targets);
    return g.dot(nll, share);
  }

  Recording accumulate() {
    var g = new Graph();
    var parameters = new LinkedHashMap<String, Tensor>();
    Tensor loss = loss(g, parameters);
    g.assign(g.variable("loss", DType.F32, axis("one", 1)), loss);
    var gradients = g.gradients(loss, List.copyOf(parameters.values()));
    parameters.forEach((name, p) -> {
      Tensor sum = g.variable("sum." + name, DType.F32, p.shape().axes().toArray(Axis[]::new));
      g.assign(sum, g.add(sum, gradients.get(p)));
    });
    return g.record("accumulate");
  }

  Recording apply() {
    var parameters = new LinkedHashMap<String, Tensor>();
    loss(new Graph(), parameters);
    var g = new Graph();
    var gradients = new LinkedHashMap<String, Tensor>();
    parameters.forEach((name, p) -> gradients.put(name, g.variable("sum." + name, DType.F32, p.shape().axes().toArray(Axis[]::new))));
    Tensor hyper = g.variable("hyper", DType.F32, axis("hyper", 8)), limit = g.variable("limit", DType.F32, axis("one", 1));
    Tensor factor = g.one(new ClipFactor(), g.one(new SquaredNorm(), gradients.values().toArray(Tensor[]::new)), limit);
    gradients.forEach((name, d) -> {
      Axis[] axes = d.shape().axes().toArray(Axis[]::new);
      Tensor p = g.variable(name, DType.F32, axes), m = g.variable("m." + name, DType.F32, axes), v = g.variable("v." + name, DType.F32, axes);
      var updated = g.apply(new AdamW(axes.length > 1), p, d, m, v, factor, hyper);
      g.assign(p, updated.get(0));
      g.assign(m, updated.get(1));
      g.assign(v, updated.get(2));
    });
    return g.record("apply");
  }

  private Buffer filled(Device device, Program.Binding b, double[] constant) {
    Buffer buffer = device.allocate(b.type(), b.length());
    int n = Math.toIntExact(b.length());
    var random = new java.util.Random(b.name().hashCode());
    if (constant != null) buffer.write(0, constant, 0, n);
    else if (b.type() == DType.I32) buffer.write(0, ids(b.name(), n, random), 0, n);
    else if (b.name().equals("share")) buffer.write(0, random.doubles(n).map(x -> x > 0.1 ? 1.0 / n : 0).toArray(), 0, n);
    else if (b.name().equals("limit")) buffer.write(0, new float[] {1}, 0, 1);
    else if (b.name().contains("norm") && b.name().indexOf('.') != 1 && !b.name().startsWith("sum.")) buffer.write(0, random.doubles(n).map(x -> 0.8 + 0.4 * x).toArray(), 0, n);
    else if (b.name().startsWith("layers.") || b.name().equals("embedding")) {
      var values = new double[n];
      for (int i = 0; i < n; i++) values[i] = 0.08 * random.nextGaussian();
      buffer.write(0, values, 0, n);
    }
    return buffer;
  }

  /** Token ids; targets, of which some are ignored; or where each position's document begins. */
  private int[] ids(String name, int n, java.util.Random random) {
    var x = new int[n];
    for (int i = 0; i < n; i++) {
      if (name.equals("first")) x[i] = i % time == 0 ? 0 : random.nextInt(24) == 0 ? i % time : x[i - 1];
      else x[i] = name.equals("targets") && random.nextInt(20) == 0 ? -1 : random.nextInt(vocabulary);
    }
    return x;
  }
}
