package org.vulpes.interchange;

import java.util.function.ToIntFunction;

/** Where a family's files keep the parameters of the decoder. */
@FunctionalInterface
interface Naming {
  /**
   * @param parameter by the decoder's name
   * @param rows first size of another parameter, to find one's place in a fused tensor
   */
  Piece place(String parameter, ToIntFunction<String> rows);

  /**
   * Rows {@code start} … of a tensor of a file, or of its transpose.
   *
   * @param transposed the file keeps the matrix as [in, out]
   */
  record Piece(String tensor, int start, boolean transposed) {}

  /** Hugging Face's names for Llama, which are the decoder's own. */
  static Naming llama() {
    return (parameter, rows) -> new Piece(parameter, 0, false);
  }

  /** OpenELM: queries, keys and values in one tensor, gate and up in another. */
  static Naming openElm() {
    return (parameter, rows) -> {
      if (parameter.equals("model.embed_tokens.weight")) return new Piece("transformer.token_embeddings.weight", 0, false);
      if (parameter.equals("model.norm.weight")) return new Piece("transformer.norm.weight", 0, false);
      if (!parameter.startsWith("model.layers.")) return new Piece(parameter, 0, false);
      String[] parts = parameter.split("\\.", 4);
      String ours = parts[0] + "." + parts[1] + "." + parts[2] + ".";
      String theirs = "transformer.layers." + parts[2] + ".";
      ToIntFunction<String> size = name -> rows.applyAsInt(ours + name);
      return switch (parts[3]) {
        case "input_layernorm.weight" -> new Piece(theirs + "attn_norm.weight", 0, false);
        case "self_attn.q_proj.weight" -> new Piece(theirs + "attn.qkv_proj.weight", 0, false);
        case "self_attn.k_proj.weight" -> new Piece(theirs + "attn.qkv_proj.weight", size.applyAsInt("self_attn.q_proj.weight"), false);
        case "self_attn.v_proj.weight" -> new Piece(theirs + "attn.qkv_proj.weight",
            size.applyAsInt("self_attn.q_proj.weight") + size.applyAsInt("self_attn.k_proj.weight"), false);
        case "self_attn.o_proj.weight" -> new Piece(theirs + "attn.out_proj.weight", 0, false);
        case "self_attn.q_norm.weight", "self_attn.k_norm.weight" -> new Piece(theirs + parts[3].replace("self_attn", "attn"), 0, false);
        case "post_attention_layernorm.weight" -> new Piece(theirs + "ffn_norm.weight", 0, false);
        case "mlp.gate_proj.weight" -> new Piece(theirs + "ffn.proj_1.weight", 0, false);
        case "mlp.up_proj.weight" -> new Piece(theirs + "ffn.proj_1.weight", size.applyAsInt("mlp.gate_proj.weight"), false);
        case "mlp.down_proj.weight" -> new Piece(theirs + "ffn.proj_2.weight", 0, false);
        default -> throw new IllegalStateException("OpenELM has no " + parameter);
      };
    };
  }

  /** GPT-2: Conv1D keeps matrices as [in, out], and queries, keys and values in one. @param prefix "" or "transformer." */
  static Naming gpt2(String prefix) {
    return (parameter, rows) -> {
      if (parameter.equals("model.embed_tokens.weight")) return new Piece(prefix + "wte.weight", 0, false);
      if (parameter.equals("model.embed_positions.weight")) return new Piece(prefix + "wpe.weight", 0, false);
      if (parameter.startsWith("model.norm.")) return new Piece(parameter.replace("model.norm.", prefix + "ln_f."), 0, false);
      if (!parameter.startsWith("model.layers.")) return new Piece(parameter, 0, false);
      String[] parts = parameter.split("\\.", 4);
      String h = prefix + "h." + parts[2] + ".";
      String kind = parts[3].substring(parts[3].lastIndexOf('.'));
      boolean matrix = kind.equals(".weight");
      int width = rows.applyAsInt(parts[0] + "." + parts[1] + "." + parts[2] + ".self_attn.q_proj.weight");
      return switch (parts[3].substring(0, parts[3].length() - kind.length())) {
        case "input_layernorm" -> new Piece(h + "ln_1" + kind, 0, false);
        case "self_attn.q_proj" -> new Piece(h + "attn.c_attn" + kind, 0, matrix);
        case "self_attn.k_proj" -> new Piece(h + "attn.c_attn" + kind, width, matrix);
        case "self_attn.v_proj" -> new Piece(h + "attn.c_attn" + kind, 2 * width, matrix);
        case "self_attn.o_proj" -> new Piece(h + "attn.c_proj" + kind, 0, matrix);
        case "post_attention_layernorm" -> new Piece(h + "ln_2" + kind, 0, false);
        case "mlp.up_proj" -> new Piece(h + "mlp.c_fc" + kind, 0, matrix);
        case "mlp.down_proj" -> new Piece(h + "mlp.c_proj" + kind, 0, matrix);
        default -> throw new IllegalStateException("GPT-2 has no " + parameter);
      };
    };
  }
}
