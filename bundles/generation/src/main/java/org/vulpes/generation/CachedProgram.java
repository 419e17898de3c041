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

/**
 * A program that takes tokens, leaves their keys and values in the cache, and gives logits: of prompts ({@link #prompts}: after the last token of each) or of
 * one new token a sequence ({@link #step}).
 */
final class CachedProgram implements AutoCloseable {
  private static final String IDS = "generation.ids";
  private static final String PLACES = "generation.places";
  private static final String FIRST_VISIBLE = "generation.first-visible";
  private static final String LAST = "generation.last";
  private static final String PLAN = "generation.plan";
  private static final String LOGITS = "generation.logits";

  private final Map<String, Buffer> own = new HashMap<>();
  private final Executable executable;
  private final long flops;

  /** Rows of {@code time} tokens, for prompts that end anywhere in them. */
  static CachedProgram prompts(Decoder decoder, KeyValueCache cache, int rows, int time) {
    var g = new Graph();
    Axis batch = Axis.of("batch", rows), length = Axis.of("time", time);
    Tensor ids = g.variable(IDS, DType.I32, batch, length);
    var context = new CacheContext(cache.slots(), cache.capacity(), g.variable(PLAN, DType.I32, Axis.of("entries", cache.slots()), Axis.of("plan", 4)),
        g.variable(FIRST_VISIBLE, DType.I32, batch, length), null);
    Tensor hidden = decoder.hidden(g, ids, context);
    // The rows of the hidden states serve as a table from which the last of each prompt is looked up.
    Tensor table = g.reshape(hidden, Axis.of("tokens", rows * time), hidden.shape().last());
    return new CachedProgram(decoder, cache, g, g.embedding(table, g.variable(LAST, DType.I32, batch)), rows, "prompts " + rows + "x" + time);
  }

  static CachedProgram step(Decoder decoder, KeyValueCache cache, int rows) {
    var g = new Graph();
    Axis batch = Axis.of("batch", rows), one = Axis.of("time", 1);
    Tensor ids = g.variable(IDS, DType.I32, batch, one);
    var context = new CacheContext(cache.slots(), cache.capacity(), g.variable(PLAN, DType.I32, batch, Axis.of("plan", 4)), null,
        g.variable(PLACES, DType.I32, batch, one));
    Tensor hidden = decoder.hidden(g, ids, context);
    return new CachedProgram(decoder, cache, g, g.reshape(hidden, batch, hidden.shape().last()), rows, "next token of " + rows);
  }

  private CachedProgram(Decoder decoder, KeyValueCache cache, Graph g, Tensor last, int rows, String name) {
    g.assign(g.variable(LOGITS, DType.F32, Axis.of("batch", rows), Axis.of("vocabulary", decoder.vocabulary())), g.linear(last, decoder.head(g)));
    Recording recording = g.record(name);
    flops = recording.flops();
    Device device = cache.device();
    try {
      var bindings = new HashMap<String, Buffer>();
      for (Program.Binding b : recording.program().bindings()) {
        Buffer shared = cache.buffer(b);
        if (shared == null) own.put(b.name(), device.allocate(b.type(), b.length()));
        bindings.put(b.name(), shared == null ? own.get(b.name()) : shared);
      }
      recording.constants().forEach((constant, values) -> own.get(constant).write(0, values, 0, values.length));
      executable = device.prepare(recording.program(), bindings);
    } catch (RuntimeException e) {
      own.values().forEach(Buffer::close);
      throw e;
    }
  }

  /** @param ids [rows · time] @param last index of each prompt's last token among them @param plan entries of the cache's writes */
  void runPrompts(int[] ids, int[] last, int[] plan, float[] logits) {
    write(IDS, ids);
    write(LAST, last);
    write(PLAN, plan);
    executable.run();
    own.get(LOGITS).read(0, logits, 0, logits.length);
  }

  void runStep(int[] ids, int[] places, int[] plan, float[] logits) {
    write(IDS, ids);
    write(PLACES, places);
    write(PLAN, plan);
    executable.run();
    own.get(LOGITS).read(0, logits, 0, logits.length);
  }

  /** Of one run, by the operations' rules; rows without a sequence are computed too. */
  long flops() {
    return flops;
  }

  /** A model without attention or positions has no use for some of the inputs. */
  private void write(String name, int[] values) {
    Buffer b = own.get(name);
    if (b != null) b.write(0, values, 0, values.length);
  }

  @Override
  public void close() {
    executable.close();
    own.values().forEach(Buffer::close);
  }
}
