package org.vulpes.surgery;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Program;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.reference.ReferenceDevice;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Plugin;

/** The stock bricks and surgeries without a framework, weights that are far from their beginnings, and the logits of a model in float64. */
final class Theatre implements Catalogue {
  private final Map<String, Plugin<?>> plugins = new HashMap<>(Map.ofEntries(
      Map.entry("model.attention=gqa", new org.vulpes.model.attention.GroupedQueryAttention()),
      Map.entry("model.depth=uniform", new org.vulpes.model.depth.UniformDepth()),
      Map.entry("model.embedding=tied", new org.vulpes.model.embedding.TiedEmbedding()),
      Map.entry("model.embedding=untied", new org.vulpes.model.embedding.UntiedEmbedding()),
      Map.entry("model.feedforward=gated", new org.vulpes.model.feedforward.GatedFeedForward()),
      Map.entry("model.feedforward=plain", new org.vulpes.model.feedforward.PlainFeedForward()),
      Map.entry("model.norm=rms", new org.vulpes.model.norm.RmsNormBrick()),
      Map.entry("model.norm=layer", new org.vulpes.model.norm.LayerNormBrick()),
      Map.entry("model.position=rope", new org.vulpes.model.position.RotaryPosition()),
      Map.entry("model.position=learned", new org.vulpes.model.position.LearnedPosition()),
      Map.entry("surgery=kv-heads", new org.vulpes.surgery.internal.KeyValueHeads()),
      Map.entry("surgery=tying", new org.vulpes.surgery.internal.Tying()),
      Map.entry("surgery=depth", new org.vulpes.surgery.internal.DepthGrowth()),
      Map.entry("surgery=ffn-width", new org.vulpes.surgery.internal.WiderFeedForward()),
      Map.entry("surgery=context", new org.vulpes.surgery.internal.LongerContext()),
      Map.entry("surgery=vocabulary", new org.vulpes.surgery.internal.OtherVocabulary())));

  Map<String, Plugin<?>> plugins() {
    return plugins;
  }

  @Override
  public List<Entry> entries() {
    return plugins.keySet().stream().sorted().map(k -> new Entry(k.split("=")[0], k.split("=")[1], "", "", "")).toList();
  }

  @Override
  public List<String> refusals() {
    return List.of();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> Plugin<T> plugin(String slot, String use) {
    Plugin<?> p = plugins.get(slot + "=" + use);
    if (p == null) throw new InvalidInput("There is no " + slot + " '" + use + "'.");
    return (Plugin<T>) p;
  }

  @Override
  public Config reference() {
    Config all = ConfigFactory.empty();
    try {
      for (var url : java.util.Collections.list(Theatre.class.getClassLoader().getResources("reference.conf"))) {
        try (var in = new InputStreamReader(url.openStream(), StandardCharsets.UTF_8)) {
          all = ConfigFactory.parseReader(in).withFallback(all);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.resolve();
  }

  Config config(String... layers) {
    Config c = ConfigFactory.parseString("model { width = 16, layers = 3, attention.gqa { heads = 4, kv-heads = 2 }, feedforward { gated.width = 12, plain.width = 12 }, position.learned.length = 16 }");
    for (String more : layers) c = ConfigFactory.parseString(more).withFallback(c);
    return c.withFallback(reference()).resolve();
  }

  /** Numbers as after training: none is zero or one. */
  static TensorSource trained(Decoder decoder) {
    return new TensorSource() {
      @Override
      public String description() {
        return "trained weights";
      }

      @Override
      public List<String> names() {
        return decoder.parameters().stream().map(Parameter::name).toList();
      }

      @Override
      public long[] shape(String name) {
        return Body.longs(decoder.parameters().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow().shape().sizes());
      }

      @Override
      public void read(String name, long offset, float[] target, int from, int count) {
        var random = new Random(name.hashCode());
        for (long i = 0; i < offset; i++) random.nextGaussian();
        for (int i = 0; i < count; i++) target[from + i] = (float) (0.3 * random.nextGaussian() + 0.1);
      }
    };
  }

  static float[] values(TensorSource source, String name) {
    long n = 1;
    for (long s : source.shape(name)) n *= s;
    var out = new float[(int) n];
    source.read(name, 0, out, 0, out.length);
    return out;
  }

  /** [time, vocabulary] of one text. */
  static double[] logits(Decoder decoder, TensorSource weights, int... ids) {
    var g = new Graph();
    Axis[] axes = {Axis.of("batch", 1), Axis.of("time", ids.length)};
    Tensor x = decoder.hidden(g, g.variable("ids", DType.I32, axes), g.variable("first", DType.I32, axes));
    g.assign(g.variable("logits", DType.F32, Axis.of("batch", 1), Axis.of("time", ids.length), Axis.of("vocabulary", decoder.vocabulary())), g.linear(x, decoder.head(g)));
    var recording = g.record("logits");
    try (var device = new ReferenceDevice()) {
      var buffers = new HashMap<String, Buffer>();
      for (Program.Binding b : recording.program().bindings()) {
        Buffer buffer = device.allocate(b.type(), b.length());
        buffers.put(b.name(), buffer);
        if (recording.constants().containsKey(b.name())) buffer.write(0, recording.constants().get(b.name()), 0, (int) b.length());
        else if (b.name().equals("ids")) buffer.write(0, ids, 0, ids.length);
        else if (weights.names().contains(b.name())) buffer.write(0, values(weights, b.name()), 0, (int) b.length());
      }
      try (var executable = device.prepare(recording.program(), buffers)) {
        executable.run();
      }
      var out = new double[ids.length * decoder.vocabulary()];
      buffers.get("logits").read(0, out, 0, out.length);
      return out;
    }
  }
}
