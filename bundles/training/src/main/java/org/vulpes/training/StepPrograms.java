package org.vulpes.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.Executable;
import org.vulpes.corpus.Batch;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Recording;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.ClipFactor;
import org.vulpes.graph.operations.SquaredNorm;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Objective;
import org.vulpes.optimizer.Optimizer;

/**
 * The programs of a training step: <em>accumulate</em> (forward, backward, added to the gradients) for each shape of micro-batch, recorded once and
 * replayed; and <em>apply</em> (clip, update). Owns the gradients and moments.
 */
final class StepPrograms implements AutoCloseable {
  private static final String GRADIENT = "gradient.";
  private static final String MOMENT = "moment.";

  private final Device device;
  private final Decoder model;
  private final Objective objective;
  private final Optimizer optimizer;
  private final Map<String, Buffer> parameters;
  private final Map<String, Buffer> gradients = new LinkedHashMap<>();
  private final Tensors moments = new Tensors();
  private final Map<Long, MicroBatch> accumulate = new HashMap<>();
  private final Buffer hyper;
  private final Buffer limit;
  private final Buffer squaredNorm;
  private final Executable apply;
  private final List<Buffer> owned = new ArrayList<>();

  StepPrograms(Device device, Decoder model, Map<String, Buffer> parameters, Objective objective, Optimizer optimizer, double clip) {
    this.device = device;
    this.model = model;
    this.parameters = parameters;
    this.objective = objective;
    this.optimizer = optimizer;
    for (Parameter p : model.parameters()) {
      gradients.put(GRADIENT + p.name(), own(device.allocate(DType.F32, p.shape().length())));
      for (String m : optimizer.moments()) moments.put(MOMENT + m + "." + p.name(), p, own(device.allocate(DType.F32, p.shape().length())));
    }
    hyper = own(device.allocate(DType.F32, Optimizer.HYPER));
    limit = own(device.allocate(DType.F32, 1));
    limit.write(0, new double[] {clip}, 0, 1);
    squaredNorm = own(device.allocate(DType.F32, 1));
    apply = prepare(recordApply(), Map.of("hyper", hyper, "clip", limit, "squared-norm", squaredNorm));
  }

  private Buffer own(Buffer b) {
    owned.add(b);
    return b;
  }

  /** Moments by name, "moment.m.model.embed_tokens.weight", each of its parameter's size. */
  Tensors moments() {
    return moments;
  }

  private Recording recordApply() {
    var g = new Graph();
    var params = model.parameters();
    var grads = new ArrayList<Tensor>();
    for (Parameter p : params) grads.add(g.variable(GRADIENT + p.name(), DType.F32, axes(p)));
    Tensor norm = g.one(new SquaredNorm(), grads.toArray(Tensor[]::new));
    g.assign(g.variable("squared-norm", DType.F32, Axis.of("one", 1)), norm);
    Tensor factor = g.one(new ClipFactor(), norm, g.variable("clip", DType.F32, Axis.of("one", 1)));
    Tensor numbers = g.variable("hyper", DType.F32, Axis.of("hyper", Optimizer.HYPER));
    for (int i = 0; i < params.size(); i++) {
      Parameter p = params.get(i);
      Tensor value = g.variable(p.name(), DType.F32, axes(p));
      var state = optimizer.moments().stream().map(m -> g.variable(MOMENT + m + "." + p.name(), DType.F32, axes(p))).toList();
      try (var place = g.at(p.name())) {
        optimizer.update(g, value, grads.get(i), state, factor, numbers, p.decay());
      }
    }
    return g.record("apply");
  }

  private static Axis[] axes(Parameter p) {
    return p.shape().axes().toArray(Axis[]::new);
  }

  private Executable prepare(Recording recording, Map<String, Buffer> more) {
    var bindings = new HashMap<>(parameters);
    bindings.putAll(gradients);
    bindings.putAll(moments.buffers());
    bindings.putAll(more);
    recording.constants().forEach((name, values) -> {
      Buffer b = own(device.allocate(DType.F32, values.length));
      b.write(0, values, 0, values.length);
      bindings.put(name, b);
    });
    var used = new HashMap<String, Buffer>();
    for (var b : recording.program().bindings()) used.put(b.name(), bindings.get(b.name()));
    return device.prepare(recording.program(), used);
  }

  /** A recorded micro-batch with its input buffers. */
  private record MicroBatch(Executable executable, Buffer tokens, Buffer targets, Buffer firstVisible, Buffer weight, Buffer loss, long flops) {}

  private MicroBatch micro(int sequences, int length) {
    return accumulate.computeIfAbsent((long) sequences << 32 | length, key -> {
      Recording recording = recordAccumulate(model, objective, sequences, length);
      int n = sequences * length;
      Buffer tokens = own(device.allocate(DType.I32, n));
      Buffer targets = own(device.allocate(DType.I32, n));
      Buffer first = own(device.allocate(DType.I32, n));
      Buffer weight = own(device.allocate(DType.F32, n));
      Buffer total = own(device.allocate(DType.F32, 1));
      var executable = prepare(recording, Map.of(BatchGraph.TOKENS, tokens, BatchGraph.TARGETS, targets, BatchGraph.FIRST_VISIBLE, first,
          BatchGraph.WEIGHT, weight, "loss", total));
      return new MicroBatch(executable, tokens, targets, first, weight, total, recording.flops());
    });
  }

  /** The program of a micro-batch: gradient ← gradient + d loss / d parameter for every parameter, and the loss. */
  static Recording recordAccumulate(Decoder model, Objective objective, int sequences, int length) {
    BatchGraph batch = BatchGraph.of(model, sequences, length);
    Graph g = batch.graph();
    Objective.Loss loss = objective.build(batch);
    var params = model.parameters();
    var values = params.stream().map(p -> g.variable(p.name(), DType.F32, axes(p))).toList();
    var derivative = g.gradients(loss.scalar(), values);
    for (int i = 0; i < params.size(); i++) {
      Tensor d = derivative.get(values.get(i));
      if (d == null) continue;
      Tensor sum = g.variable(GRADIENT + params.get(i).name(), DType.F32, axes(params.get(i)));
      g.assign(sum, g.add(sum, d));
    }
    g.assign(g.variable("loss", DType.F32, Axis.of("one", 1)), loss.scalar());
    return g.record("accumulate " + sequences + "x" + length);
  }

  /** FLOPs of training on a micro-batch of this shape, by the operations' rules. */
  long flops(int sequences, int length) {
    return micro(sequences, length).flops();
  }

  /**
   * Adds the gradients of {@code count} sequences of a batch, from sequence {@code from}.
   *
   * @param share what each weight is multiplied with: 1 / sum of the whole step's weights
   * @return their part of the step's loss, nats
   */
  double accumulate(Batch batch, int from, int count, double share) {
    MicroBatch m = micro(count, batch.length());
    int at = from * batch.length();
    int n = count * batch.length();
    m.tokens.write(0, batch.tokens(), at, n);
    m.targets.write(0, batch.targets(), at, n);
    m.firstVisible.write(0, batch.firstVisible(), at, n);
    var weight = new float[n];
    for (int i = 0; i < n; i++) weight[i] = (float) (batch.weight()[at + i] * share);
    m.weight.write(0, weight, 0, n);
    m.executable.run();
    var loss = new double[1];
    m.loss.read(0, loss, 0, 1);
    return loss[0];
  }

  /** Updates every parameter from the gradients and sets them to zero again. @return the gradient's global norm before clipping */
  double apply(long step, double learningRate) {
    hyper.write(0, optimizer.hyper(step, learningRate), 0, Optimizer.HYPER);
    apply.run();
    for (Buffer g : gradients.values()) g.clear();
    var norm = new double[1];
    squaredNorm.read(0, norm, 0, 1);
    return StrictMath.sqrt(norm[0]);
  }

  @Override
  public void close() {
    apply.close();
    accumulate.values().forEach(m -> m.executable.close());
    owned.forEach(Buffer::close);
  }
}
