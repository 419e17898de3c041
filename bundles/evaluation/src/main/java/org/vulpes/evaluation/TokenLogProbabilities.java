package org.vulpes.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.Executable;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Recording;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Decoder;
import org.vulpes.objective.BatchGraph;

/**
 * The logarithms of the probabilities that a model gives to tokens after those before them. Rows of about the same length pass through it together; a row's
 * figures do not depend on its neighbours. Used by one thread at a time.
 */
public final class TokenLogProbabilities implements AutoCloseable {
  /** Tokens that pass through the model at once. */
  private static final int TOKENS = 2048;

  /** @param tokens at least two @param from the first token that is asked about, at least 1 */
  public record Row(int[] tokens, int from) {}

  private record Shape(int rows, int length) {}

  private record Prepared(Executable executable, Map<String, Buffer> own) {}

  private final Device device;
  private final Decoder decoder;
  private final Map<String, Buffer> weights;
  private final double temperature;
  private final Map<Shape, Prepared> prepared = new HashMap<>();

  /** @param weights by parameter name, read at every call */
  public TokenLogProbabilities(Device device, Decoder decoder, Map<String, Buffer> weights) {
    this(device, decoder, weights, 1);
  }

  /** @param temperature divides the logits */
  public TokenLogProbabilities(Device device, Decoder decoder, Map<String, Buffer> weights, double temperature) {
    this.device = device;
    this.decoder = decoder;
    this.weights = weights;
    this.temperature = temperature;
  }

  /** For each row the natural logarithms for its tokens from {@code from} on. */
  public List<float[]> of(List<Row> rows) {
    var order = new Integer[rows.size()];
    for (int i = 0; i < order.length; i++) order[i] = i;
    Arrays.sort(order, Comparator.comparingInt(i -> rows.get(i).tokens().length));
    var out = new ArrayList<float[]>(java.util.Collections.nCopies(rows.size(), null));
    for (int at = 0; at < order.length; ) {
      int length = bucket(rows.get(order[at]).tokens().length - 1), most = Math.max(1, TOKENS / length), end = at;
      while (end < order.length && end - at < most && rows.get(order[end]).tokens().length - 1 <= length) end++;
      run(rows, Arrays.asList(order).subList(at, end), new Shape(Math.min(most, Integer.highestOneBit(2 * (end - at) - 1)), length), out);
      at = end;
    }
    return out;
  }

  /** Of 16, 24, 32, 48, 64, … the least that holds so many. */
  private int bucket(int length) {
    int power = Math.max(16, Integer.highestOneBit(2 * Math.max(1, length) - 1));
    return Math.min(decoder.longest(), length <= power / 4 * 3 && power > 16 ? power / 4 * 3 : power);
  }

  private void run(List<Row> rows, List<Integer> which, Shape shape, List<float[]> out) {
    Prepared p = prepared.computeIfAbsent(shape, this::prepare);
    int size = shape.rows * shape.length;
    var tokens = new int[size];
    var targets = new int[size];
    Arrays.fill(targets, -1);
    for (int r = 0; r < which.size(); r++) {
      Row row = rows.get(which.get(r));
      int[] t = row.tokens();
      System.arraycopy(t, 0, tokens, r * shape.length, t.length - 1);
      for (int i = row.from(); i < t.length; i++) targets[r * shape.length + i - 1] = t[i];
    }
    p.own.get(BatchGraph.TOKENS).write(0, tokens, 0, size);
    p.own.get(BatchGraph.TARGETS).write(0, targets, 0, size);
    p.executable.run();
    var nll = new float[size];
    p.own.get("nll").read(0, nll, 0, size);
    for (int r = 0; r < which.size(); r++) {
      Row row = rows.get(which.get(r));
      var found = new float[row.tokens().length - row.from()];
      for (int i = 0; i < found.length; i++) found[i] = -nll[r * shape.length + row.from() - 1 + i];
      out.set(which.get(r), found);
    }
  }

  private Prepared prepare(Shape shape) {
    BatchGraph batch = BatchGraph.of(decoder, shape.rows, shape.length);
    Graph g = batch.graph();
    Tensor hidden = decoder.hidden(g, batch.tokens(), batch.firstVisible());
    if (temperature != 1) hidden = g.scale(hidden, 1 / temperature);
    g.assign(g.variable("nll", DType.F32, Axis.of("batch", shape.rows), Axis.of("time", shape.length)), g.crossEntropy(hidden, decoder.head(g), batch.targets()));
    Recording recording = g.record("log-probabilities " + shape.rows + "x" + shape.length);
    var own = new HashMap<String, Buffer>();
    var all = new HashMap<String, Buffer>();
    for (var b : recording.program().bindings()) {
      Buffer weight = weights.get(b.name());
      if (weight == null) own.put(b.name(), device.allocate(b.type(), b.length()));
      all.put(b.name(), weight == null ? own.get(b.name()) : weight);
    }
    recording.constants().forEach((name, values) -> own.get(name).write(0, values, 0, values.length));
    return new Prepared(device.prepare(recording.program(), all), own);
  }

  @Override
  public void close() {
    prepared.values().forEach(p -> {
      p.executable.close();
      p.own.values().forEach(Buffer::close);
    });
    prepared.clear();
  }
}
