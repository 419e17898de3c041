package org.vulpes.interchange;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A published model in the words of the {@code model} block.
 *
 * @param model keys below {@code model} with their values
 * @param tied whether a head in the file would be a copy of the embedding
 */
record Family(Map<String, Object> model, int vocabulary, boolean tied, Kind kind) {

  /** How the files name their tensors. */
  enum Kind {
    LLAMA, OPENELM, GPT2
  }

  /** @throws org.vulpes.slot.InvalidInput when the architecture, or a field that changes what is computed, is not understood */
  static Family read(Fields f) {
    String type = f.text("model_type", "(absent)");
    Family family = switch (type) {
      case "llama", "qwen2", "qwen3", "smollm3", "stablelm", "gemma", "gemma3_text", "olmo2" -> LlamaFamily.read(f, type);
      case "openelm" -> OpenElmFamily.read(f);
      case "gpt2" -> Gpt2Family.read(f);
      default -> throw f.wrong("model_type", "'" + type + "' is not known here; llama, qwen2, qwen3, smollm3, stablelm, gemma, gemma3_text, olmo2, openelm and gpt2 are");
    };
    f.finish();
    return family;
  }

  /** The activation of transformers' name, in the words of the feed-forward bricks. */
  static String activation(Fields f, String key, String name) {
    return switch (name) {
      case "silu", "swish" -> "silu";
      case "gelu" -> "gelu";
      case "gelu_new", "gelu_pytorch_tanh" -> "gelu-tanh";
      case "relu" -> "relu";
      case "relu2", "relu_squared" -> "relu-squared";
      default -> throw f.wrong(key, "'" + name + "' is not known here; silu, gelu, gelu_new, gelu_pytorch_tanh, relu and relu2 are");
    };
  }

  /** Keys of a model block in the making, with what differs between blocks. */
  static final class Block {
    private final Map<String, Object> keys = new LinkedHashMap<>();
    private final List<Map<String, Object>> overrides = new ArrayList<>();

    Block put(String key, Object value) {
      keys.put(key, value);
      return this;
    }

    /** Does nothing when no block is named. */
    void override(List<Integer> layers, Map<String, ?> change) {
      if (layers.isEmpty()) return;
      var out = new LinkedHashMap<String, Object>();
      out.put("layers", layers);
      out.putAll(change);
      overrides.add(out);
    }

    Map<String, Object> finish() {
      keys.put("depth.use", overrides.isEmpty() ? "uniform" : "per-layer");
      if (!overrides.isEmpty()) keys.put("depth.per-layer.overrides", overrides);
      return keys;
    }
  }
}
