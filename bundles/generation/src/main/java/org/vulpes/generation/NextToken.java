package org.vulpes.generation;

import java.util.HashMap;
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
import org.vulpes.model.Decoder;
import org.vulpes.model.Weights;

/** A program for rows of one length: the logits after the last token. The head is applied to that position alone. */
final class NextToken implements AutoCloseable {
  private static final String IDS = "generation.ids";
  private static final String FIRST_VISIBLE = "generation.first-visible";
  private static final String LAST = "generation.last";
  private static final String LOGITS = "generation.logits";

  private final Map<String, Buffer> own = new HashMap<>();
  private final Executable executable;

  NextToken(Decoder decoder, Device device, Weights weights, int length) {
    var graph = new Graph();
    Axis one = Axis.of("batch", 1);
    Axis time = Axis.of("time", length);
    Tensor ids = graph.variable(IDS, DType.I32, one, time);
    Tensor firstVisible = graph.variable(FIRST_VISIBLE, DType.I32, one, time);
    Tensor last = graph.variable(LAST, DType.I32, one);
    Tensor hidden = decoder.hidden(graph, ids, firstVisible);
    // The rows of the hidden states serve as a table from which the last one is looked up.
    Tensor row = graph.embedding(graph.reshape(hidden, time, hidden.shape().last()), last);
    graph.assign(graph.variable(LOGITS, DType.F32, one, Axis.of("vocabulary", decoder.vocabulary())), graph.linear(row, decoder.head(graph)));
    Recording recording = graph.record("next-token " + length);
    try {
      var bindings = new HashMap<String, Buffer>(weights.buffers());
      for (Program.Binding b : recording.program().bindings()) {
        if (!bindings.containsKey(b.name())) own.put(b.name(), device.allocate(b.type(), b.length()));
      }
      recording.constants().forEach((name, values) -> own.get(name).write(0, values, 0, values.length));
      bindings.putAll(own);
      executable = device.prepare(recording.program(), bindings);
    } catch (RuntimeException e) {
      own.values().forEach(Buffer::close);
      throw e;
    }
  }

  /** @param row whose first {@code length} tokens are read; what stands behind them is not seen by the last one */
  void logits(int[] row, int length, double[] logits) {
    own.get(IDS).write(0, row, 0, length);
    own.get(LAST).write(0, new int[] {length - 1}, 0, 1);
    executable.run();
    own.get(LOGITS).read(0, logits, 0, logits.length);
  }

  @Override
  public void close() {
    executable.close();
    own.values().forEach(Buffer::close);
  }
}
