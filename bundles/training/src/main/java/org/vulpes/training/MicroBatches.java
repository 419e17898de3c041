package org.vulpes.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.Executable;
import org.vulpes.compute.KernelFamily;
import org.vulpes.corpus.Batch;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Recording;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Objective;

/** The programs <em>accumulate</em> (forward, backward, added to the gradients), one for each shape of micro-batch, recorded once and replayed. */
final class MicroBatches implements AutoCloseable {
  /** @param sequences of a micro-batch @param length tokens a sequence */
  record Shape(int sequences, int length) {}

  private final Device device;
  private final Decoder model;
  private final Objective objective;
  private final Map<String, Buffer> buffers;
  private final List<KernelFamily> families;
  /** Asked by others than the training thread too. */
  private final Map<Shape, Prepared> prepared = new ConcurrentHashMap<>();
  private final List<Buffer> owned = new ArrayList<>();

  /**
   * @param parameters by name
   * @param gradients by parameter, "gradient." before the name
   * @param families implementations that replace the device's own
   */
  MicroBatches(Device device, Decoder model, Map<String, Buffer> parameters, Map<String, Buffer> gradients, Objective objective, List<KernelFamily> families) {
    this.device = device;
    this.model = model;
    this.objective = objective;
    this.families = families;
    buffers = new HashMap<>(parameters);
    buffers.putAll(gradients);
  }

  /** A recorded micro-batch with its input buffers. */
  private record Prepared(Executable executable, Buffer tokens, Buffer targets, Buffer firstVisible, Buffer weight, Buffer loss, long flops) {}

  /** The program of a micro-batch: gradient ← gradient + d loss / d parameter for every parameter, and the loss. */
  static Recording record(Decoder model, Objective objective, Shape shape) {
    BatchGraph batch = BatchGraph.of(model, shape.sequences, shape.length);
    Graph g = batch.graph();
    Objective.Loss loss = objective.build(batch);
    var params = model.parameters();
    var values = params.stream().map(p -> g.variable(p.name(), DType.F32, UpdateProgram.axes(p))).toList();
    var derivative = g.gradients(loss.scalar(), values);
    for (int i = 0; i < params.size(); i++) {
      Tensor d = derivative.get(values.get(i));
      if (d == null) continue;
      Parameter p = params.get(i);
      Tensor sum = g.variable(UpdateProgram.GRADIENT + p.name(), DType.F32, UpdateProgram.axes(p));
      g.assign(sum, g.add(sum, d));
    }
    g.assign(g.variable("loss", DType.F32, Axis.of("one", 1)), loss.scalar());
    return g.record("accumulate " + shape.sequences + "x" + shape.length);
  }

  /** The shapes whose programs are ready; from any thread. */
  Set<Shape> shapes() {
    return Set.copyOf(prepared.keySet());
  }

  /** Makes the program of a shape ready, unless it is. @param recording {@link #record} of this shape */
  void prepare(Shape shape, Recording recording) {
    if (prepared.containsKey(shape)) return;
    int n = shape.sequences * shape.length;
    Buffer tokens = own(device.allocate(DType.I32, n));
    Buffer targets = own(device.allocate(DType.I32, n));
    Buffer first = own(device.allocate(DType.I32, n));
    Buffer weight = own(device.allocate(DType.F32, n));
    Buffer total = own(device.allocate(DType.F32, 1));
    var bindings = new HashMap<>(buffers);
    bindings.putAll(Map.of(BatchGraph.TOKENS, tokens, BatchGraph.TARGETS, targets, BatchGraph.FIRST_VISIBLE, first, BatchGraph.WEIGHT, weight, "loss", total));
    var executable = Bindings.prepare(device, recording, bindings, this::own, families);
    prepared.put(shape, new Prepared(executable, tokens, targets, first, weight, total, recording.flops()));
  }

  private Buffer own(Buffer b) {
    owned.add(b);
    return b;
  }

  private Prepared of(Shape shape) {
    Prepared p = prepared.get(shape);
    if (p == null) {
      prepare(shape, record(model, objective, shape));
      p = prepared.get(shape);
    }
    return p;
  }

  /** FLOPs of training on a micro-batch of this shape, by the operations' rules. */
  long flops(int sequences, int length) {
    return of(new Shape(sequences, length)).flops;
  }

  /**
   * Adds the gradients of {@code count} sequences of a batch, from sequence {@code from}.
   *
   * @param share what each weight is multiplied with: 1 / sum of the whole step's weights
   * @return their part of the step's loss, nats
   */
  double accumulate(Batch batch, int from, int count, double share) {
    Prepared m = of(new Shape(count, batch.length()));
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

  @Override
  public void close() {
    prepared.values().forEach(p -> p.executable.close());
    owned.forEach(Buffer::close);
  }
}
