package org.vulpes.interchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;

/** The model block, as users write it: the files of configs/models, and mistakes. */
class ModelFilesTest {
  private static final Path MODELS = Path.of("../../configs/models");
  @TempDir Path folder;

  /** Totals that were published, or follow from the published shapes. */
  @ParameterizedTest
  @CsvSource({"fox-1.conf, 256000, 1665271808, 524288000", "llama-3.2-1b.conf, 128256, 1235814400, 262668288", "gemma-2b.conf, 256000, 2506172416, 524288000",
      "stablelm-2-1.6b.conf, 100352, 1644515328, 411041792", "qwen1.5-1.8b.conf, 151936, 1836828672, 622329856", "openelm-1.1b.conf, 32000, 1079891456, 65536000"})
  void publishedModelsHaveTheirPublishedSizes(String file, int vocabulary, long total, long embeddings) {
    Config config = ConfigFile.load(MODELS.resolve(file), List.of(), new StockBricks().reference());
    var count = Decoder.of(config, new StockBricks(), vocabulary).count();
    assertEquals(total, count.total());
    assertEquals(total - embeddings, count.nonEmbedding());
  }

  @Test
  void foxPocketHasTheSizeOfItsParts() {
    // 8 blocks of q and o 128x128, k and v 32x128, three 256x128, two norms of 128; a final norm; a table of 2048
    var count = decoder(MODELS.resolve("fox-pocket.conf"), "", 2048).count();
    assertEquals(Map.of("attention", 8L * (2 * 128 * 128 + 2 * 32 * 128), "embedding", 2048L * 128, "feedforward", 8L * 3 * 256 * 128, "head", 0L, "norm", 17L * 128), count.byPart());
    assertEquals(count.byPart().values().stream().mapToLong(Long::longValue).sum(), count.total());
  }

  @Test
  void parametersCarryLlamasNamesInTheOrderOfUse() {
    var names = decoder(MODELS.resolve("fox-pocket.conf"), "model { layers = 1, embedding.use = untied }", 64).parameters().stream().map(Parameter::name).toList();
    String b = "model.layers.0.";
    assertEquals(List.of("model.embed_tokens.weight", b + "input_layernorm.weight", b + "self_attn.q_proj.weight", b + "self_attn.k_proj.weight",
        b + "self_attn.v_proj.weight", b + "self_attn.o_proj.weight", b + "post_attention_layernorm.weight", b + "mlp.gate_proj.weight", b + "mlp.up_proj.weight",
        b + "mlp.down_proj.weight", "model.norm.weight", "lm_head.weight"), names);
  }

  @Test
  void writersToTheResidualStreamStartSmallerWithDepth() {
    String starts = "model { initial-deviation = 0.02, residual-scaling = depth, embedding.tied.initial-deviation = 0.02 }";
    for (var p : decoder(MODELS.resolve("fox-pocket.conf"), starts, 64).parameters()) {
      double want = p.name().contains("norm") ? 0 : p.name().contains("o_proj") || p.name().contains("down_proj") ? 0.02 / 4 : 0.02;
      double have = p.initial() instanceof Parameter.Initial.Normal n ? n.standardDeviation() : 0;
      assertEquals(want, have, 1e-15, p.name());
      assertEquals(!p.name().contains("norm"), p.decay(), p.name());
    }
  }

  @Test
  void innerLayersHaveTheProportionOfTheirKindUnlessSaid() {
    for (var e : Map.of("gated", 256, "plain", 512).entrySet()) {
      var up = decoder(MODELS.resolve("fox-pocket.conf"), "model { layers = 1, feedforward { use = " + e.getKey() + ", gated.width = null } }", 64).parameters().stream()
          .filter(p -> p.name().endsWith("mlp.up_proj.weight")).findFirst().orElseThrow();
      assertEquals(e.getValue(), up.shape().axis(0).size());
    }
  }

  @Test
  void learnedPositionsMustReachAsFarAsTheSequence() {
    Decoder learned = decoder(MODELS.resolve("fox-pocket.conf"), "model { layers = 1, position { use = learned, learned.length = 16 } }", 64);
    assertEquals(16, learned.longest());
    var graph = new Graph();
    Axis[] axes = {Axis.of("batch", 2), Axis.of("time", 17)};
    var ids = graph.variable("ids", DType.I32, axes);
    String message = assertThrows(InvalidInput.class, () -> learned.hidden(graph, ids, ids)).getMessage();
    assertTrue(message.contains("model.position.learned.length = 16 is shorter than the 17 tokens"), message);
  }

  @Test
  void blocksCanDiffer() {
    var parameters = decoder(MODELS.resolve("fox-pocket.conf"), """
        model {
          layers = 4
          depth { use = per-layer, per-layer.overrides = [
            { every = 2, attention.gqa.kv-heads = 8 }
            { layers = [3], feedforward { use = plain, plain.width = 96 } }
          ] }
        }""", 64).parameters();
    for (int i = 0; i < 4; i++) {
      String block = "model.layers." + i + ".";
      var keys = parameters.stream().filter(p -> p.name().equals(block + "self_attn.k_proj.weight")).findFirst().orElseThrow();
      assertEquals(i % 2 == 1 ? 128 : 32, keys.shape().axis(0).size());
      assertEquals(i != 3, parameters.stream().anyMatch(p -> p.name().equals(block + "mlp.gate_proj.weight")));
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "3: model.attention.gqa.kv-heads = 3 does not divide heads = 8 | attention.gqa.kv-heads = 3",
      "3: model.attention.gqa.heads = 6 does not divide model.width = 128 | attention.gqa { heads = 6, kv-heads = 2 }",
      "3: model.attention.gqa.head-dim must be even | attention.gqa.head-dim = 15",
      "3: model.attention.gqa.heads = 128 makes head-dim | attention.gqa.heads = 128",
      "3: model.attention.gqa.heads = 64 makes head-dim = width / heads = 2, which must give | attention.gqa.heads = 64, position.rope.fraction = 0.5",
      "3: model.attention.gqa.qk-norm must be one of none, head, projection, but is 'heads' | attention.gqa.qk-norm = heads",
      "3: model.feedforward.gated.activation must be one of | feedforward.gated.activation = swish",
      "3: model.embedding.tied.scale must be a number greater than 0 or sqrt-width | embedding.tied.scale = much",
      "3: model.position.rope.llama3.high = 1.0 must be greater than low | position.rope { scaling = llama3, llama3.high = 1 }",
      "3: model.position.use cannot be chosen for single blocks | depth { use = per-layer, per-layer.overrides = [{ layers = [1], position.use = learned }] }",
      "3: model.attention.gqa.head-dim = 65536 times heads = 65536 is more | attention.gqa { heads = 65536, head-dim = 65536 }",
      "3: model.layers must be from 1 to 4096, but is 0 | layers = 0",
      "3: model.arrangement must be one of pre, post, sandwich | arrangement = parallel",
      "3: model.depth.per-layer.overrides[0].layers names block 8 | depth { use = per-layer, per-layer.overrides = [{ layers = [8] }] }",
      "overrides[0].layers or its twin must say | depth { use = per-layer, per-layer.overrides = [{ norm.rms.eps = 1 }] }",
      "3: model.depth.per-layer.overrides[0].attention.gqa.head is not an option that can differ between blocks; did you mean 'attention.gqa.heads'? | depth { use = per-layer, per-layer.overrides = [{ layers = [1], attention.gqa.head = 4 }] }",
      "3: model.depth.per-layer.overrides[0].width is not an option | depth { use = per-layer, per-layer.overrides = [{ layers = [1], width = 4 }] }"})
  void aMistakeIsNamedWithFileLineAndKey(String says, String line) throws IOException {
    Path file = Files.writeString(folder.resolve("study.conf"), "model {\n\n" + line + "\n}\n");
    Config config = ConfigFactory.parseFile(file.toFile()).withFallback(ConfigFactory.parseFile(MODELS.resolve("fox-pocket.conf").toFile()))
        .withFallback(new StockBricks().reference()).resolve();
    String message = assertThrows(InvalidInput.class, () -> Decoder.of(config, new StockBricks(), 64)).getMessage();
    assertTrue(message.contains(says), message);
    if (says.startsWith("3")) assertTrue(message.contains("study.conf:3: "), message);
  }

  private static Decoder decoder(Path file, String changes, int vocabulary) {
    assertTrue(Files.exists(file), file + " is missing");
    Config config = ConfigFactory.parseString(changes).withFallback(ConfigFactory.parseFile(file.toFile())).withFallback(new StockBricks().reference()).resolve();
    return Decoder.of(config, new StockBricks(), vocabulary);
  }
}
