package org.vulpes.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.Executable;
import org.vulpes.corpus.Batch;
import org.vulpes.corpus.Validation;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Recording;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Decoder;
import org.vulpes.objective.BatchGraph;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Spelling;

/**
 * Bits per byte of a model on the validation text: the negative log-likelihood of all its tokens in bits, over its length in UTF-8. Comparable
 * across tokenizers; every byte counts once, special tokens do not. Records its program once and runs it for every batch.
 */
public final class BitsPerByte implements AutoCloseable {
  /** Rows that pass through the model at once: enough to keep the matrix products busy. */
  private static final int ROWS = 2048;

  /**
   * @param mean over domains, by the metric's weights
   * @param bytes of validation text by domain
   * @param standardError of the mean as an estimate for all text like this: documents are drawn, not tokens; NaN when a domain has one document
   */
  public record Result(double mean, SortedMap<String, Double> byDomain, SortedMap<String, Long> bytes, double standardError) {}

  private final SortedMap<String, List<Validation.Part>> parts = new TreeMap<>();
  /** UTF-8 bytes of each domain's documents. */
  private final SortedMap<String, int[]> bytesOf = new TreeMap<>();
  private final SortedMap<String, Double> weights;
  private final List<Buffer> owned = new ArrayList<>();
  private final int sequences;
  private final int length;
  private final int size;
  private final Executable executable;
  private Buffer tokens;
  private Buffer targets;
  private Buffer firstVisible;
  private Buffer nll;
  private final float[] out;

  /**
   * @param parameters the model's, by name, on the device; read at every measurement
   * @param length longest context, in tokens
   * @param metricWeights of the domains in the mean; empty: all equal
   */
  public BitsPerByte(Device device, Decoder model, Map<String, Buffer> parameters, Validation validation, List<String> domains, int length,
      SortedMap<String, Double> metricWeights) {
    weights = weights(domains, metricWeights);
    sequences = Math.max(1, ROWS / length);
    this.length = length;
    size = sequences * length;
    out = new float[size];
    for (String d : domains) {
      parts.put(d, validation.parts(d, sequences, length));
      bytesOf.put(d, validation.documentBytes(d));
    }
    executable = prepare(device, model, parameters);
  }

  private BitsPerByte(BitsPerByte like, Device device, Decoder model, Map<String, Buffer> parameters) {
    weights = like.weights;
    sequences = like.sequences;
    length = like.length;
    size = like.size;
    out = new float[size];
    parts.putAll(like.parts);
    bytesOf.putAll(like.bytesOf);
    executable = prepare(device, model, parameters);
  }

  /** The same measure of the same text for another model, or on another device. */
  public BitsPerByte of(Device device, Decoder model, Map<String, Buffer> parameters) {
    return new BitsPerByte(this, device, model, parameters);
  }

  private Executable prepare(Device device, Decoder model, Map<String, Buffer> parameters) {
    BatchGraph batch = BatchGraph.of(model, sequences, length);
    Graph g = batch.graph();
    Tensor each = g.crossEntropy(model.hidden(g, batch.tokens(), batch.firstVisible()), model.head(g), batch.targets());
    g.assign(g.variable("nll", DType.F32, Axis.of("batch", sequences), Axis.of("time", length)), each);
    Recording recording = g.record("evaluate " + sequences + "x" + length);
    tokens = own(device.allocate(DType.I32, size));
    targets = own(device.allocate(DType.I32, size));
    firstVisible = own(device.allocate(DType.I32, size));
    nll = own(device.allocate(DType.F32, size));
    var all = new HashMap<>(parameters);
    all.putAll(Map.of(BatchGraph.TOKENS, tokens, BatchGraph.TARGETS, targets, BatchGraph.FIRST_VISIBLE, firstVisible, "nll", nll));
    recording.constants().forEach((name, values) -> {
      Buffer b = own(device.allocate(DType.F32, values.length));
      b.write(0, values, 0, values.length);
      all.put(name, b);
    });
    var used = new HashMap<String, Buffer>();
    for (var b : recording.program().bindings()) used.put(b.name(), all.get(b.name()));
    return device.prepare(recording.program(), used);
  }

  private Buffer own(Buffer b) {
    owned.add(b);
    return b;
  }

  private static SortedMap<String, Double> weights(List<String> domains, SortedMap<String, Double> given) {
    var out = new TreeMap<String, Double>();
    for (String d : given.keySet()) {
      if (!domains.contains(d)) {
        throw new InvalidInput("training.metric-weights names the domain '" + d + "', which the corpus does not have" + Spelling.hint(d, domains) + "; it has "
            + String.join(", ", domains) + ".");
      }
    }
    double sum = given.isEmpty() ? domains.size() : given.values().stream().mapToDouble(x -> x).sum();
    if (!(sum > 0)) throw new InvalidInput("training.metric-weights are all 0; give at least one domain a weight above 0.");
    for (String d : domains) out.put(d, given.isEmpty() ? 1 / sum : given.getOrDefault(d, 0.0) / sum);
    return out;
  }

  /** Measures all of the text with the parameters as they are now. */
  public Result measure() {
    return measure(Long.MAX_VALUE);
  }

  /**
   * Measures a part of the text that is always the same: for curves, where the whole would cost more than it shows.
   *
   * @param bytes of each domain, in whole batches: at least one, and as many as are needed
   */
  public Result measure(long bytes) {
    var byDomain = new TreeMap<String, Double>();
    var counted = new TreeMap<String, Long>();
    double mean = 0;
    double variance = 0;
    for (var e : parts.entrySet()) {
      int[] sizes = bytesOf.get(e.getKey());
      double[] nats = new double[sizes.length];
      long count = 0;
      for (Validation.Part p : e.getValue()) {
        if (count >= bytes) break;
        run(p, nats);
        count += p.batch().bytes();
      }
      double all = 0;
      for (double n : nats) all += n;
      double bits = all / StrictMath.log(2) / count;
      byDomain.put(e.getKey(), bits);
      counted.put(e.getKey(), count);
      double weight = weights.get(e.getKey());
      mean += weight * bits;
      variance += weight * weight * (count < bytes ? varianceOverDocuments(nats, sizes, bits, count) : Double.NaN);
    }
    return new Result(mean, byDomain, counted, StrictMath.sqrt(variance));
  }

  private void run(Validation.Part part, double[] nats) {
    Batch b = part.batch();
    tokens.write(0, b.tokens(), 0, size);
    targets.write(0, b.targets(), 0, size);
    firstVisible.write(0, b.firstVisible(), 0, size);
    executable.run();
    nll.read(0, out, 0, size);
    for (int i = 0; i < size; i++) {
      if (part.document()[i] >= 0) nats[part.document()[i]] += (double) b.weight()[i] * out[i];
    }
  }

  /** Of a ratio of sums over documents: n / (n-1) Σ (bits - ratio · bytes)² / (Σ bytes)². */
  private static double varianceOverDocuments(double[] nats, int[] bytes, double ratio, long all) {
    int n = nats.length;
    double squares = 0;
    for (int d = 0; d < n; d++) {
      double rest = nats[d] / StrictMath.log(2) - ratio * bytes[d];
      squares += rest * rest;
    }
    return n < 2 ? Double.NaN : squares * n / (n - 1) / ((double) all * all);
  }

  @Override
  public void close() {
    executable.close();
    owned.forEach(Buffer::close);
  }
}
