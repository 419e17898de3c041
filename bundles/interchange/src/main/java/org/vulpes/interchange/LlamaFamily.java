package org.vulpes.interchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The families that keep Llama's names: Llama (Fox-1 too), Qwen 1.5 to 3, SmolLM3, StableLM 2, Gemma 1 and 3, OLMo 2. */
final class LlamaFamily {
  private LlamaFamily() {}

  static Family read(Fields f, String type) {
    boolean gemma = type.startsWith("gemma");
    int layers = f.layers("num_hidden_layers");
    int width = f.size("hidden_size");
    int heads = f.size("num_attention_heads");
    var b = new Family.Block();
    b.put("width", width).put("layers", layers);
    b.put("arrangement", type.equals("olmo2") ? "post" : type.equals("gemma3_text") ? "sandwich" : "pre");
    b.put("initial-deviation", f.number("initializer_range", 0.02));

    boolean tied = f.flag("tie_word_embeddings", gemma || type.equals("smollm3"));
    b.put("embedding.use", tied ? "tied" : "untied").put("embedding." + (tied ? "tied" : "untied") + ".scale", gemma ? "sqrt-width" : "1.0");

    if (type.equals("stablelm")) {
      f.refuse("qk_layernorm", false, false);
      f.refuse("use_parallel_residual", false, false);
      b.put("norm.use", "layer").put("norm.layer.eps", f.number("layer_norm_eps", 1e-5)).put("norm.layer.bias", true);
    } else {
      b.put("norm.use", "rms").put("norm.rms.eps", f.number("rms_norm_eps", type.equals("olmo2") ? 1e-5 : 1e-6)).put("norm.rms.offset", gemma);
    }

    b.put("attention.use", "gqa").put("attention.gqa.heads", heads).put("attention.gqa.kv-heads", f.size("num_key_value_heads", gemma3Default(type, heads)));
    int headDim = f.size("head_dim", switch (type) {
      case "gemma", "gemma3_text" -> 256;
      case "qwen3" -> 128;
      default -> 0;
    });
    if (headDim > 0) b.put("attention.gqa.head-dim", headDim);
    b.put("attention.gqa.bias", switch (type) {
      case "qwen2" -> "qkv";
      case "stablelm" -> f.flag("use_qkv_bias", false) ? "qkv" : "none";
      default -> f.flag("attention_bias", false) ? "all" : "none";
    });
    b.put("attention.gqa.qk-norm", switch (type) {
      case "qwen3", "gemma3_text" -> "head";
      case "olmo2" -> "projection";
      default -> "none";
    });
    if (type.equals("gemma3_text")) b.put("attention.gqa.scale", 1 / Math.sqrt(f.number("query_pre_attn_scalar", 256)));

    b.put("feedforward.use", "gated").put("feedforward.gated.width", f.size("intermediate_size"));
    b.put("feedforward.gated.activation", gemma ? gemmaActivation(f) : Family.activation(f, "hidden_act", f.text("hidden_act", "silu")));
    b.put("feedforward.gated.bias", (type.equals("llama") || type.equals("smollm3")) && f.flag("mlp_bias", false));
    b.put("position.use", "rope");
    positions(f, type, layers, b);
    return new Family(b.finish(), f.size("vocab_size"), tied, Family.Kind.LLAMA);
  }

  private static int gemma3Default(String type, int heads) {
    return type.equals("gemma3_text") ? 4 : heads;
  }

  /** The first Gemma's files say "gelu" and mean its tanh form, unless {@code hidden_activation} says otherwise. */
  private static String gemmaActivation(Fields f) {
    String old = f.text("hidden_act", "gelu");
    if (f.has("hidden_activation")) return Family.activation(f, "hidden_activation", f.text("hidden_activation", ""));
    return Family.activation(f, "hidden_act", old.equals("gelu") ? "gelu_pytorch_tanh" : old);
  }

  private static void positions(Fields f, String type, int layers, Family.Block b) {
    if (type.equals("gemma3_text")) {
      gemma3Positions(f, layers, b);
      return;
    }
    double theta = type.equals("smollm3") ? 2e6 : 1e4;
    double fraction = type.equals("stablelm") ? f.number("partial_rotary_factor", 0.25) : 1;
    RopeFields.read(f, theta, fraction).forEach((key, value) -> b.put("position.rope." + key, value));
    if (type.equals("smollm3")) {
      int interval = f.size("no_rope_layer_interval", 4);
      List<Integer> unrotated = f.isList("no_rope_layers")
          ? where(f.sizes("no_rope_layers", layers), 0)
          : IntStream.range(0, layers).filter(i -> (i + 1) % interval == 0).boxed().toList();
      b.override(unrotated, Map.of("position.use", "none"));
    }
    windows(f, type, layers, b);
  }

  /** Qwen and SmolLM3: a window only where {@code use_sliding_window} asks for it, else the fields mean nothing. */
  private static void windows(Fields f, String type, int layers, Family.Block b) {
    boolean used = f.flag("use_sliding_window", false) && f.has("sliding_window");
    List<String> types = f.isList("layer_types") ? f.texts("layer_types", layers) : null;
    if (types != null) {
      for (String t : types) {
        if (!t.equals("full_attention") && !t.equals("sliding_attention")) throw f.wrong("layer_types", "names '" + t + "'; full_attention and sliding_attention are known");
      }
    }
    if (!used) {
      if (types != null && types.contains("sliding_attention")) throw f.wrong("layer_types", "asks for sliding_attention, but use_sliding_window is not true");
      if (!type.startsWith("qwen") && !type.equals("smollm3") && f.has("sliding_window")) throw f.wrong("sliding_window", "has no meaning for model_type " + type);
      f.has("sliding_window");
      return;
    }
    int from = (int) Math.clamp(f.number("max_window_layers", 28), 0, layers);
    List<Integer> sliding;
    if (types != null) {
      sliding = where(types, "sliding_attention");
    } else if (type.equals("smollm3")) {
      throw f.wrong("use_sliding_window", "= true needs layer_types, which says which blocks have the window");
    } else {
      sliding = IntStream.range(from, layers).boxed().toList();
    }
    b.override(sliding, Map.of("attention.gqa.window", f.size("sliding_window")));
  }

  /** Every {@code sliding_window_pattern}-th block sees everything, the others a window, with positions of their own. */
  private static void gemma3Positions(Fields f, int layers, Family.Block b) {
    for (String cap : List.of("attn_logit_softcapping", "final_logit_softcapping")) {
      if (f.has(cap)) throw f.wrong(cap, "is not supported; only models without soft-capping can be read");
    }
    int pattern = f.size("sliding_window_pattern", f.size("_sliding_window_pattern", 6));
    List<Integer> local = f.isList("layer_types")
        ? where(f.texts("layer_types", layers), "sliding_attention")
        : IntStream.range(0, layers).filter(i -> (i + 1) % pattern != 0).boxed().toList();
    if (f.isList("layer_types") && local.size() + where(f.texts("layer_types", layers), "full_attention").size() != layers) {
      throw f.wrong("layer_types", "may name full_attention and sliding_attention only");
    }
    double localTheta = f.number("rope_local_base_freq", 1e4);
    Map<String, Object> global;
    Map<String, Object> near = RopeFields.plain(localTheta, 1);
    if (f.isBlock("rope_parameters") && f.block("rope_parameters").isBlock("full_attention")) {
      f.number("rope_theta", 1e6);
      Fields both = f.block("rope_parameters");
      global = RopeFields.scaled(both.block("full_attention"), 1e6, 1);
      if (both.isBlock("sliding_attention")) near = RopeFields.scaled(both.block("sliding_attention"), localTheta, 1);
      both.finish();
    } else {
      global = RopeFields.read(f, 1e6, 1);
    }
    global.forEach((key, value) -> b.put("position.rope." + key, value));
    var change = near.entrySet().stream().collect(Collectors.toMap(e -> "position.rope." + e.getKey(), Map.Entry::getValue));
    change.put("attention.gqa.window", f.size("sliding_window", 4096));
    b.override(local, change);
  }

  private static <T> List<Integer> where(List<T> list, T wanted) {
    var out = new ArrayList<Integer>();
    for (int i = 0; i < list.size(); i++) if (list.get(i).equals(wanted)) out.add(i);
    return out;
  }
}
