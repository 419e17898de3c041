package org.vulpes.interchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.graph.reference.ReferenceDevice;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.InvalidInput;

/** The same model said in other words of its family gives the same golden numbers. */
class SayingTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      // what releases of transformers write today
      "fox-1 | 'rope_theta': 10000.0 | 'rope_parameters': {'rope_type': 'default', 'rope_theta': 10000.0}",
      "llama-3.2 | 'rope_type': 'llama3' | 'type': 'llama3'",
      "llama-3.2 | 'rope_scaling': { | 'rope_parameters': { 'rope_theta': 500000.0,",
      // the first Gemma said gelu and meant its tanh form
      "gemma-1 | 'hidden_act': 'gelu_pytorch_tanh' | 'hidden_act': 'gelu'",
      "gemma-1 | 'hidden_activation': 'gelu_pytorch_tanh' | 'hidden_activation': null",
      "gemma-3 | 'sliding_window_pattern': 3 | 'layer_types': ['sliding_attention','sliding_attention','full_attention','sliding_attention','sliding_attention','full_attention']",
      "gemma-3 | 'rope_theta': 1000000 | 'rope_parameters': {'full_attention': {'rope_type': 'default', 'rope_theta': 1000000}, 'sliding_attention': {'rope_type': 'default', 'rope_theta': 10000}}",
      "qwen1.5 | 'sliding_window': 8 | 'sliding_window': 9",
      "qwen3 | 'use_sliding_window': false | 'use_sliding_window': true, 'sliding_window_': null",
      "openelm | 'num_gqa_groups': 2 | 'num_gqa_groups': 2, 'some_new_switch': false",
      "stablelm-2 | 'partial_rotary_factor': 0.25 | 'use_parallel_residual': false",
      "gpt-2 | 'n_inner': null | 'n_inner': 192",
      "gpt-2 | 'activation_function': 'gelu_new' | 'activation_function': 'gelu_pytorch_tanh'"})
  void theSameNumbers(String family, String old, String other) throws IOException {
    copy(family, config -> {
      String from = old.replace('\'', '"');
      // A field that is absent is added instead.
      return config.contains(from) ? config.replace(from, other.replace('\'', '"')) : config.replaceFirst("\\{", "{" + other.replace('\'', '"') + ",");
    });
    passes();
  }

  @Test
  void ropeIsLeftOutInEveryFourthBlockOfSmolLM3WithoutAList() throws IOException {
    copy("smollm3", config -> config.replaceFirst("(?s)\"no_rope_layers\": \\[[^]]*],", ""));
    passes();
  }

  @Test
  void gpt2IsReadWithThePrefixOfItsHeadModel() throws IOException {
    copy("gpt-2", config -> config);
    try (var file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      SafetensorsWriter.write(folder.resolve("renamed"), new Renamed(file, "transformer."), Map.of());
    }
    Files.move(folder.resolve("renamed"), folder.resolve("model.safetensors"), StandardCopyOption.REPLACE_EXISTING);
    String expected = Files.readString(folder.resolve("expected.json"));
    Files.writeString(folder.resolve("expected.json"), expected.replaceAll("\"(h\\.|ln_f|wpe|wte)", "\"transformer.$1"));
    passes();
  }

  @Test
  void aTiedModelMayCarryACopyOfItsHead() throws IOException {
    copy("fox-1", config -> config);
    try (var file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      SafetensorsWriter.write(folder.resolve("with-head"), new WithHead(file), Map.of());
    }
    Files.move(folder.resolve("with-head"), folder.resolve("model.safetensors"), StandardCopyOption.REPLACE_EXISTING);
    passes();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "model.safetensors has no tensor 'lm_head.weight' | 'tie_word_embeddings': true | 'tie_word_embeddings': false",
      "for which the model of config.json has no place | 'num_hidden_layers': 4 | 'num_hidden_layers': 3",
      "has shape [131, 48], but config.json asks for [130, 48] | 'vocab_size': 131 | 'vocab_size': 130"})
  void weightsThatDoNotBelongToTheConfigurationAreRefused(String says, String old, String other) throws IOException {
    copy("fox-1", config -> config.replace(old.replace('\'', '"'), other.replace('\'', '"')));
    String message = assertThrows(InvalidInput.class, () -> HuggingFaceFolder.open(folder, new StockBricks())).getMessage();
    assertTrue(message.contains(says), message);
  }

  private void copy(String family, UnaryOperator<String> change) throws IOException {
    for (String file : List.of("expected.json", "model.safetensors")) Files.write(folder.resolve(file), Files.readAllBytes(GOLDEN.resolve(family).resolve(file)));
    String config = Files.readString(GOLDEN.resolve(family).resolve("config.json"));
    Files.writeString(folder.resolve("config.json"), change.apply(config));
  }

  private void passes() {
    try (var device = new ReferenceDevice()) {
      ParityReport report = Parity.run(folder, new StockBricks(), device, Parity.Tolerances.float64());
      assertTrue(report.passed(), report.toString());
      assertEquals(8, report.checks().size());
    }
  }

  private record Renamed(TensorSource source, String prefix) implements TensorSource {
    @Override
    public String description() {
      return source.description();
    }

    @Override
    public List<String> names() {
      return source.names().stream().map(prefix::concat).toList();
    }

    @Override
    public long[] shape(String name) {
      return source.shape(name.substring(prefix.length()));
    }

    @Override
    public void read(String name, long offset, float[] target, int from, int count) {
      source.read(name.substring(prefix.length()), offset, target, from, count);
    }
  }

  private record WithHead(TensorSource source) implements TensorSource {
    private static String original(String name) {
      return name.equals("lm_head.weight") ? "model.embed_tokens.weight" : name;
    }

    @Override
    public String description() {
      return source.description();
    }

    @Override
    public List<String> names() {
      var out = new ArrayList<>(source.names());
      out.add("lm_head.weight");
      return out;
    }

    @Override
    public long[] shape(String name) {
      return source.shape(original(name));
    }

    @Override
    public void read(String name, long offset, float[] target, int from, int count) {
      source.read(original(name), offset, target, from, count);
    }
  }
}
