package org.vulpes.interchange;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.Program;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Recording;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Context;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.model.TensorSource;
import org.vulpes.model.Weights;

/** One forward and backward run of a model over the tokens of {@code expected.json}, with everything that is compared kept. */
final class ParityPass implements AutoCloseable {
  private static final String KEPT = "parity.kept.";

  private final Decoder decoder;
  private final Weights weights;
  private final Map<String, Buffer> own = new HashMap<>();
  /** By purpose: hidden states, logits, nll, loss, gradients. */
  private final Map<String, Buffer> results = new HashMap<>();

  ParityPass(Decoder decoder, TensorSource source, Device device, int[][] ids) {
    this.decoder = decoder;
    this.weights = Weights.allocate(decoder, device);
    try {
      weights.load(source);
      run(device, ids);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void run(Device device, int[][] ids) {
    Axis batch = Axis.of("batch", ids.length);
    Axis time = Axis.of("time", ids[0].length);
    var graph = new Graph();
    Tensor tokens = graph.variable("parity.ids", DType.I32, batch, time);
    Tensor firstVisible = graph.variable("parity.first-visible", DType.I32, batch, time);
    Tensor targets = graph.variable("parity.targets", DType.I32, batch, time);
    Tensor share = graph.variable("parity.share", DType.F32, batch, time);

    Tensor hidden = decoder.hidden(graph, tokens, Context.rows(firstVisible), (stage, x) -> keep(graph, "hidden." + stage, x));
    Tensor head = decoder.head(graph);
    keep(graph, "logits", graph.linear(hidden, head));
    Tensor nll = graph.crossEntropy(hidden, head, targets);
    keep(graph, "nll", nll);
    Tensor loss = graph.dot(nll, share);
    keep(graph, "loss", loss);
    var names = new HashMap<String, Tensor>();
    for (Parameter p : decoder.parameters()) names.put(p.name(), graph.variable(p.name(), DType.F32, p.shape().axes().toArray(Axis[]::new)));
    Map<Tensor, Tensor> gradients = graph.gradients(loss, List.copyOf(names.values()));
    for (Parameter p : decoder.parameters()) {
      Tensor g = gradients.get(names.get(p.name()));
      if (g != null) keep(graph, "gradient." + p.name(), g);
    }

    Recording recording = graph.record("parity " + ids.length + "x" + ids[0].length);
    var bindings = new HashMap<String, Buffer>(weights.buffers());
    for (Program.Binding b : recording.program().bindings()) {
      if (!bindings.containsKey(b.name())) own.put(b.name(), device.allocate(b.type(), b.length()));
    }
    bindings.putAll(own);
    recording.constants().forEach((name, values) -> bindings.get(name).write(0, values, 0, values.length));
    fill(ids);
    try (var executable = device.prepare(recording.program(), bindings)) {
      executable.run();
    }
    own.forEach((name, buffer) -> {
      if (name.startsWith(KEPT)) results.put(name.substring(KEPT.length()), buffer);
    });
  }

  private static void keep(Graph graph, String name, Tensor value) {
    graph.assign(graph.variable(KEPT + name, DType.F32, value.shape().axes().toArray(Axis[]::new)), value);
  }

  /** Each token predicts the next; the last of a row predicts nothing. */
  private void fill(int[][] ids) {
    int time = ids[0].length;
    var share = new double[time];
    Arrays.fill(share, 0, time - 1, 1.0 / (ids.length * (time - 1)));
    for (int row = 0; row < ids.length; row++) {
      var targets = new int[time];
      System.arraycopy(ids[row], 1, targets, 0, time - 1);
      targets[time - 1] = -1;
      own.get("parity.ids").write((long) row * time, ids[row], 0, time);
      own.get("parity.targets").write((long) row * time, targets, 0, time);
      own.get("parity.share").write((long) row * time, share, 0, time);
    }
  }

  int vocabulary() {
    return decoder.vocabulary();
  }

  int width() {
    return decoder.width();
  }

  /** [batch, time, width] of a stage, or null when there is none of that name. */
  double[] hidden(String stage) {
    return results.containsKey("hidden." + stage) ? values("hidden." + stage) : null;
  }

  double[] logits() {
    return values("logits");
  }

  double[] nll() {
    return values("nll");
  }

  double loss() {
    return values("loss")[0];
  }

  /** Of a parameter by the decoder's name; zeros where the loss does not depend on it. */
  double[] gradient(String parameter) {
    if (results.containsKey("gradient." + parameter)) return values("gradient." + parameter);
    return new double[Math.toIntExact(weights.buffers().get(parameter).length())];
  }

  private double[] values(String name) {
    Buffer buffer = results.get(name);
    var out = new double[Math.toIntExact(buffer.length())];
    buffer.read(0, out, 0, out.length);
    return out;
  }

  @Override
  public void close() {
    weights.close();
    own.values().forEach(Buffer::close);
  }
}
