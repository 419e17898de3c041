package org.vulpes.training;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.Executable;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Pass;
import org.vulpes.graph.Recording;
import org.vulpes.graph.Tensor;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Forward;
import org.vulpes.objective.Models;
import org.vulpes.objective.StepBatch;

/** Programs without gradients, one for each kind and shape of micro-batch, recorded once: what an objective wants to know before it trains. */
final class ForwardPrograms implements AutoCloseable {
  private static final String RESULT = "result.";

  private final Device device;
  private final Models models;
  private final Map<String, Buffer> parameters;
  private final Map<Key, Prepared> prepared = new HashMap<>();
  private final List<Buffer> owned = new ArrayList<>();

  private record Key(String name, int sequences, int length) {}

  private record Prepared(Executable executable, Inputs inputs, TreeMap<String, Buffer> results, long flops) {}

  /** @param parameters of all models, by the name of their variables */
  ForwardPrograms(Device device, Models models, Map<String, Buffer> parameters) {
    this.device = device;
    this.models = models;
    this.parameters = parameters;
  }

  /** @param micro sequences that pass through at once, at most */
  Map<String, float[]> run(Forward what, StepBatch rows, int micro) {
    var out = new TreeMap<String, float[]>();
    for (int from = 0; from < rows.sequences(); from += micro) {
      int count = Math.min(micro, rows.sequences() - from);
      Prepared p = of(what, count, rows.length());
      p.inputs.fill(rows, from, count);
      p.executable.run();
      int at = from;
      p.results.forEach((name, buffer) -> {
        int each = Math.toIntExact(buffer.length()) / count;
        float[] all = out.computeIfAbsent(name, n -> new float[Math.multiplyExact(each, rows.sequences())]);
        buffer.read(0, all, at * each, count * each);
      });
    }
    return out;
  }

  double flops(Forward what, StepBatch rows, int micro) {
    double flops = 0;
    for (int from = 0; from < rows.sequences(); from += micro) flops += of(what, Math.min(micro, rows.sequences() - from), rows.length()).flops;
    return flops;
  }

  private Prepared of(Forward what, int sequences, int length) {
    return prepared.computeIfAbsent(new Key(what.name(), sequences, length), key -> prepare(what, sequences, length));
  }

  private Prepared prepare(Forward what, int sequences, int length) {
    BatchGraph batch = BatchGraph.of(models, sequences, length);
    var results = new TreeMap<>(what.build(batch));
    for (var e : results.entrySet()) {
      Tensor value = e.getValue();
      if (value.shape().length() % sequences != 0) throw new IllegalArgumentException("Result '" + e.getKey() + "' of '" + what.name() + "' " + value.shape() + " is not shared equally by " + sequences + " sequences.");
      batch.graph().assign(batch.graph().variable(RESULT + e.getKey(), DType.F32, value.shape().axes().toArray(Axis[]::new)), value);
    }
    // Sums of the residual stream are not folded into products: the training program cannot do so, as its gradients read the stream, and the bits of both must be the same.
    var passes = EnumSet.allOf(Pass.class);
    passes.remove(Pass.ACCUMULATE);
    Recording recording = batch.graph().record(what.name() + " " + sequences + "x" + length, passes);
    var inputs = new Inputs(device, recording, this::own);
    var buffers = new TreeMap<String, Buffer>();
    results.forEach((name, value) -> buffers.put(name, own(device.allocate(DType.F32, value.shape().length()))));
    var bindings = new HashMap<>(parameters);
    bindings.putAll(inputs.buffers());
    buffers.forEach((name, buffer) -> bindings.put(RESULT + name, buffer));
    return new Prepared(Bindings.prepare(device, recording, bindings, this::own, List.of()), inputs, buffers, recording.flops());
  }

  private Buffer own(Buffer b) {
    owned.add(b);
    return b;
  }

  @Override
  public void close() {
    prepared.values().forEach(p -> p.executable.close());
    prepared.clear();
    owned.forEach(Buffer::close);
    owned.clear();
  }
}
