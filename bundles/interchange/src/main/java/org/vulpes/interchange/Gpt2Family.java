package org.vulpes.interchange;

import java.util.List;
import java.util.Map;

/** GPT-2 (Radford et al. 2019): learned positions, layer norm, biases everywhere. */
final class Gpt2Family {
  private Gpt2Family() {}

  static Family read(Fields f) {
    int layers = f.layers("n_layer");
    int width = f.size("n_embd");
    int heads = f.size("n_head");
    boolean tied = f.flag("tie_word_embeddings", true);
    f.refuse("add_cross_attention", false, false);
    var b = new Family.Block();
    b.put("width", width).put("layers", layers).put("arrangement", "pre").put("initial-deviation", f.number("initializer_range", 0.02));
    b.put("embedding.use", tied ? "tied" : "untied");
    b.put("norm.use", "layer").put("norm.layer.eps", f.number("layer_norm_epsilon", 1e-5)).put("norm.layer.bias", true);
    b.put("position.use", "learned").put("position.learned.length", f.size("n_positions", 1024));
    b.put("attention.use", "gqa").put("attention.gqa.heads", heads).put("attention.gqa.kv-heads", heads).put("attention.gqa.bias", "all");
    double scale = f.flag("scale_attn_weights", true) ? 1 / Math.sqrt((double) width / heads) : 1;
    b.put("attention.gqa.scale", scale);
    if (f.flag("scale_attn_by_inverse_layer_idx", false)) {
      for (int i = 0; i < layers; i++) b.override(List.of(i), Map.of("attention.gqa.scale", scale / (i + 1)));
    }
    b.put("feedforward.use", "plain").put("feedforward.plain.width", f.size("n_inner", 4 * width)).put("feedforward.plain.bias", true);
    b.put("feedforward.plain.activation", Family.activation(f, "activation_function", f.text("activation_function", "gelu_new")));
    return new Family(b.finish(), f.size("vocab_size"), tied, Family.Kind.GPT2);
  }
}
