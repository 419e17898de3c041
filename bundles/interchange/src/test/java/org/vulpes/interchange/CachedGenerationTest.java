package org.vulpes.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.jvm.internal.JvmDevicePlugin;
import org.vulpes.generation.Continuation;
import org.vulpes.generation.Ending;
import org.vulpes.generation.Generator;
import org.vulpes.generation.Prompt;
import org.vulpes.generation.Sampling;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Recording;
import org.vulpes.graph.reference.ReferenceDevice;
import org.vulpes.model.Decoder;
import org.vulpes.model.Weights;
import org.vulpes.slot.Options;
import org.vulpes.slot.Random64;

/** The cache changes nothing: the same tokens as when the whole row is computed anew for each. */
class CachedGenerationTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private static Stream<String> families() {
    return Stream.of("fox-1", "llama-3.2", "qwen1.5", "qwen3", "smollm3", "stablelm-2", "gemma-1", "gemma-3", "olmo-2", "openelm", "gpt-2");
  }

  @ParameterizedTest
  @MethodSource("families")
  void everyFamilyWritesTheSameTokensWithAndWithoutTheCache(String family) {
    try (var model = HuggingFaceFolder.open(GOLDEN.resolve(family), new StockBricks()); var device = new JvmDevicePlugin().create(Options.of("spin-microseconds = 0")).open(2)) {
      compare(model.decoder(), device, model.weights(), new int[] {3, 1, 7, 20}, 24);
    }
  }

  @ParameterizedTest
  @MethodSource("positions")
  void everyKindOfPositionAndWindowDoes(String model) {
    var config = ConfigFactory.parseString("model { width = 24, layers = 3, attention.gqa { heads = 4, kv-heads = 2 }, feedforward.gated.width = 40, " + model + " }")
        .withFallback(new StockBricks().reference()).resolve();
    Decoder decoder = Decoder.of(config, new StockBricks(), 60);
    for (boolean reference : new boolean[] {true, false}) {
      try (Device device = reference ? new ReferenceDevice() : new JvmDevicePlugin().create(Options.of("spin-microseconds = 0")).open(1); var weights = Weights.allocate(decoder, device)) {
        weights.initialise(3);
        compare(decoder, device, weights, new int[] {1, 5, 33}, 20);
      }
    }
  }

  private static Stream<String> positions() {
    // Windows of 5 and 16 places, whose rings wrap while the prompt is read and while it is continued.
    return Stream.of("position.use = rope", "position { use = rope, rope { fraction = 0.67 } }", "position.use = none", "position { use = learned, learned { length = 64, initial-deviation = 0.3 } }",
        "attention.gqa.window = 5", "attention.gqa.window = 16, embedding.use = untied", "attention.gqa.qk-norm = head, attention.gqa.bias = all");
  }

  /** Prompts of unequal lengths, three samples each, in a batch too small for all: each is what it is alone, and what it is without a cache. */
  private static void compare(Decoder decoder, Device device, org.vulpes.model.TensorSource source, int[] lengths, int more) {
    var random = Random64.of(9, "prompts");
    var prompts = new ArrayList<Prompt>();
    for (int i = 0; i < lengths.length; i++) {
      var ids = new int[lengths[i]];
      for (int t = 0; t < ids.length; t++) ids[t] = (int) random.below(100L * i + t, decoder.vocabulary());
      prompts.add(new Prompt(ids, 3, i));
    }
    try (var weights = Weights.allocate(decoder, device)) {
      weights.load(source);
      try (var generator = Generator.over(decoder, device, weights.buffers(), 5); var alone = Generator.over(decoder, device, weights.buffers(), 1)) {
        for (Sampling sampling : List.of(Sampling.greedy(), Sampling.temperature(1))) {
          List<Continuation> together = generator.generate(prompts, sampling, Ending.length(more), (p, s, id) -> {});
          List<Continuation> each = alone.generate(prompts, sampling, Ending.length(more), (p, s, id) -> {});
          assertEquals(3 * prompts.size(), together.size());
          for (int i = 0; i < together.size(); i++) {
            Continuation c = together.get(i);
            assertEquals(i / 3, c.prompt());
            assertEquals(i % 3, c.sample());
            assertArrayEquals(each.get(i).tokens(), c.tokens());
          }
        }
        for (Prompt p : prompts) {
          assertArrayEquals(withoutCache(decoder, device, weights, p.tokens(), more), generator.generate(p.tokens(), 0, Sampling.greedy(), Ending.length(more)));
        }
      }
    }
  }

  private static int[] withoutCache(Decoder decoder, Device device, Weights weights, int[] prompt, int more) {
    int length = prompt.length + more;
    var g = new Graph();
    Axis one = Axis.of("batch", 1), time = Axis.of("time", length);
    var hidden = decoder.hidden(g, g.variable("ids", DType.I32, one, time), g.variable("first", DType.I32, one, time));
    g.assign(g.variable("logits", DType.F32, one, time, Axis.of("vocabulary", decoder.vocabulary())), g.linear(hidden, decoder.head(g)));
    Recording recording = g.record("whole rows");
    var own = new HashMap<String, Buffer>();
    var all = new HashMap<>(weights.buffers());
    for (var b : recording.program().bindings()) if (!all.containsKey(b.name())) own.put(b.name(), device.allocate(b.type(), b.length()));
    all.putAll(own);
    recording.constants().forEach((name, values) -> own.get(name).write(0, values, 0, values.length));
    var row = java.util.Arrays.copyOf(prompt, length);
    var logits = new double[decoder.vocabulary()];
    try (var program = device.prepare(recording.program(), all)) {
      for (int t = prompt.length; t < length; t++) {
        own.get("ids").write(0, row, 0, length);
        program.run();
        own.get("logits").read((long) (t - 1) * logits.length, logits, 0, logits.length);
        row[t] = 0;
        for (int v = 1; v < logits.length; v++) if (logits[v] > logits[row[t]]) row[t] = v;
      }
    } finally {
      own.values().forEach(Buffer::close);
    }
    return java.util.Arrays.copyOfRange(row, prompt.length, length);
  }
}
