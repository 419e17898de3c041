package org.vulpes.training;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.graph.Recording;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.StepBatch;

/** The buffers through which a program of one shape is given its micro-batches: one for each input that it reads. */
final class Inputs {
  private final Map<String, Buffer> buffers = new LinkedHashMap<>();

  /** @param own is given every buffer that is allocated */
  Inputs(Device device, Recording recording, UnaryOperator<Buffer> own) {
    for (var b : recording.program().bindings()) {
      if (b.name().startsWith(BatchGraph.INPUT)) buffers.put(b.name(), own.apply(device.allocate(b.type(), b.length())));
    }
  }

  /**
   * A batch that stands for none, with every input that a program reads: random tokens, each followed by the next; what else is a whole number is 0, what else is a number a small random one.
   *
   * @param seed of the tokens
   */
  static StepBatch madeUp(Recording recording, int sequences, int length, int vocabulary, long seed) {
    int n = sequences * length;
    int[] text = new SplittableRandom(seed).ints(n + 1, 0, vocabulary).toArray();
    var weight = new float[n];
    Arrays.fill(weight, 1f / n);
    var inputs = new TreeMap<String, Object>(Map.of(StepBatch.TOKENS, Arrays.copyOf(text, n), StepBatch.TARGETS, Arrays.copyOfRange(text, 1, n + 1), StepBatch.FIRST_VISIBLE, new int[n], StepBatch.WEIGHT, weight));
    var random = new SplittableRandom(seed + 1);
    for (var b : recording.program().bindings()) {
      if (!b.name().startsWith(BatchGraph.INPUT)) continue;
      int size = Math.toIntExact(b.length());
      inputs.computeIfAbsent(b.name().substring(BatchGraph.INPUT.length()), name -> {
        if (b.type() == DType.I32) return new int[size];
        var values = new float[size];
        for (int i = 0; i < size; i++) values[i] = (float) random.nextGaussian(0, 0.1);
        return values;
      });
    }
    return new StepBatch(sequences, length, inputs, n, n, 0, new TreeMap<>());
  }

  /** By the name of their variables. */
  Map<String, Buffer> buffers() {
    return buffers;
  }

  /** Writes {@code count} sequences of a batch, from sequence {@code from}. */
  void fill(StepBatch batch, int from, int count) {
    buffers.forEach((variable, buffer) -> {
      String name = variable.substring(BatchGraph.INPUT.length());
      Object values = batch.inputs().get(name);
      if (values == null) throw new IllegalStateException("The objective's program reads the input '" + name + "', which its batch does not have.");
      int n = Math.toIntExact(buffer.length());
      int each = StepBatch.length(values) / batch.sequences();
      if (each * count != n) {
        throw new IllegalStateException("Input '" + name + "' of the objective's batch has " + each + " values a sequence, but the program reads " + n + " of " + count + " sequences.");
      }
      if (values instanceof int[] whole) buffer.write(0, whole, from * each, n);
      else buffer.write(0, (float[]) values, from * each, n);
    });
  }
}
