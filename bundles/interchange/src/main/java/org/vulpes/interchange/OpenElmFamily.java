package org.vulpes.interchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** OpenELM (Mehta et al. 2024): heads and inner layers grow with depth, by lists or by the rule that makes them. */
final class OpenElmFamily {
  private OpenElmFamily() {}

  static Family read(Fields f) {
    int layers = f.layers("num_transformer_layers");
    int width = f.size("model_dim");
    int headDim = f.size("head_dim", 128);
    int groups = f.size("num_gqa_groups", 1);
    String norm = f.text("normalization_layer_name", "rms_norm");
    if (!norm.equals("rms_norm")) throw f.wrong("normalization_layer_name", "'" + norm + "' is not supported; rms_norm is");
    boolean tied = f.flag("share_input_output_layers", true);
    boolean gated = f.flag("ffn_with_glu", true);
    String feedForward = gated ? "gated" : "plain";

    var b = new Family.Block();
    b.put("width", width).put("layers", layers).put("arrangement", "pre").put("initial-deviation", f.number("initializer_range", 0.02));
    b.put("embedding.use", tied ? "tied" : "untied").put("norm.use", "rms").put("norm.rms.eps", 1e-6).put("norm.rms.offset", false);
    b.put("position.use", "rope").put("position.rope.theta", f.number("rope_freq_constant", 10000)).put("position.rope.scaling", "none");
    b.put("position.rope.fraction", 1.0);
    b.put("attention.use", "gqa").put("attention.gqa.head-dim", headDim).put("attention.gqa.bias", "none");
    b.put("attention.gqa.qk-norm", f.flag("normalize_qk_projections", true) ? "head" : "none");
    b.put("feedforward.use", feedForward).put("feedforward." + feedForward + ".bias", false);
    b.put("feedforward." + feedForward + ".activation", Family.activation(f, "activation_fn_name", f.text("activation_fn_name", "swish")));

    List<Integer> heads = f.isList("num_query_heads") ? f.sizes("num_query_heads", layers) : scaledHeads(f, layers, width, headDim, groups);
    List<Integer> kvHeads = f.isList("num_kv_heads") ? f.sizes("num_kv_heads", layers) : heads.stream().map(h -> h / groups).toList();
    f.has("qkv_multipliers");
    List<Double> multipliers = multipliers(f, "ffn_multipliers", layers);
    int divisor = f.size("ffn_dim_divisor", 256);
    for (int i = 0; i < layers; i++) {
      b.override(List.of(i), Map.of("attention.gqa.heads", heads.get(i), "attention.gqa.kv-heads", kvHeads.get(i),
          "feedforward." + feedForward + ".width", divisible(multipliers.get(i) * width, divisor)));
    }
    return new Family(b.finish(), f.size("vocab_size"), tied, Family.Kind.OPENELM);
  }

  private static List<Integer> scaledHeads(Fields f, int layers, int width, int headDim, int groups) {
    return multipliers(f, "qkv_multipliers", layers).stream().map(m -> divisible(width * m, headDim * groups) / headDim).toList();
  }

  /** One for each block, or first and last with equal steps between, rounded to two digits as the published code does. */
  private static List<Double> multipliers(Fields f, String key, int layers) {
    if (f.has(key) && !f.isList(key)) return java.util.Collections.nCopies(layers, f.number(key, 1));
    List<Double> given = f.numbers(key);
    if (given.size() == layers && layers != 2) return given;
    if (given.size() != 2) throw f.wrong(key, "must have 2 entries or one for each of the " + layers + " blocks, but has " + given.size());
    var out = new ArrayList<Double>();
    for (int i = 0; i < layers; i++) {
      double m = layers == 1 ? given.getFirst() : given.getFirst() + (given.getLast() - given.getFirst()) * i / (layers - 1);
      out.add(Math.rint(m * 100) / 100);
    }
    return out;
  }

  /** The nearest multiple, at least one, never more than a tenth below. */
  static int divisible(double value, int divisor) {
    int n = Math.max(divisor, (int) (value + divisor / 2.0) / divisor * divisor);
    return n < 0.9 * value ? n + divisor : n;
  }
}
