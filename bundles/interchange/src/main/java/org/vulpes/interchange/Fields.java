package org.vulpes.interchange;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/**
 * The fields of a Hugging Face {@code config.json}, each of which must be either understood or known to leave the computation alone. A field
 * that is null or false asks for nothing and may be unknown.
 */
final class Fields {
  /** Fields that no computation of the decoder depends on: files, ids of special tokens, training, generation, tooling. */
  private static final Set<String> HARMLESS = Set.of("_name_or_path", "_attn_implementation_autoset", "architectures", "attention_dropout", "attn_pdrop",
      "auto_map", "begin_suppress_tokens", "bos_token_id", "cache_implementation", "chunk_size_feed_forward", "cls_token_id",
      "decoder_start_token_id", "diversity_penalty", "do_sample", "dtype", "early_stopping", "embd_pdrop", "encoder_no_repeat_ngram_size", "eos_token_id",
      "exponential_decay_length_penalty", "forced_bos_token_id", "forced_eos_token_id", "hidden_dropout", "id2label", "initializer_range", "is_llama_config",
      "keys_to_ignore_at_inference", "label2id", "length_penalty", "max_context_length", "max_length", "max_position_embeddings",
      "max_window_layers", "min_length", "model_type", "n_ctx", "no_repeat_ngram_size", "num_beam_groups", "num_beams", "num_gqa_groups",
      "num_return_sequences", "pad_token_id", "prefix", "pretraining_tp", "problem_type", "repetition_penalty", "resid_pdrop", "return_dict",
      "rope_max_length", "sep_token_id", "summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type", "summary_use_proj",
      "suppress_tokens", "task_specific_params", "temperature", "tokenizer_class", "top_k", "top_p", "torch_dtype", "transformers.js_config",
      "transformers_version", "typical_p", "unk_token_id", "use_cache", "reorder_and_upcast_attn", "tf_legacy_loss", "remove_invalid_values",
      "output_attentions", "output_hidden_states", "output_scores", "return_dict_in_generate", "bad_words_ids");
  private static final long MOST_BYTES = 4 << 20;

  private final Path file;
  private final Options options;
  private final Set<String> read = new TreeSet<>();

  private Fields(Path file, Options options) {
    this.file = file;
    this.options = options;
  }

  static Fields read(Path file) {
    // Read twice: strictly, which also bounds how deep it nests, and with the line of every field for messages.
    JsonText.parse(JsonText.read(file, MOST_BYTES), file.toString());
    Config config = ConfigFactory.parseFile(file.toFile(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON).setAllowMissing(false));
    return new Fields(file, Options.at(config, ""));
  }

  /** True when the field is there and not null. */
  boolean has(String key) {
    read.add(key);
    return options.has(key);
  }

  boolean isBlock(String key) {
    return has(key) && options.config().getValue(key).valueType() == ConfigValueType.OBJECT;
  }

  boolean isList(String key) {
    return has(key) && options.config().getValue(key).valueType() == ConfigValueType.LIST;
  }

  int size(String key) {
    read.add(key);
    return options.integer(key, 1, 1 << 28);
  }

  /** A number of blocks: bounded, because lists are made of it. */
  int layers(String key) {
    read.add(key);
    return options.integer(key, 1, 4096);
  }

  int size(String key, int absent) {
    return has(key) ? size(key) : absent;
  }

  double number(String key, double absent) {
    return has(key) ? options.number(key, -Double.MAX_VALUE, Double.MAX_VALUE) : absent;
  }

  boolean flag(String key, boolean absent) {
    return has(key) ? options.flag(key) : absent;
  }

  String text(String key, String absent) {
    return has(key) ? options.text(key) : absent;
  }

  List<Integer> sizes(String key, int count) {
    read.add(key);
    List<Integer> out = options.integers(key);
    if (out.size() != count) throw options.wrong(key, "must have one entry for each of the " + count + " blocks, but has " + out.size());
    return out;
  }

  List<Double> numbers(String key) {
    read.add(key);
    return options.numbers(key);
  }

  List<String> texts(String key, int count) {
    read.add(key);
    List<String> out = options.texts(key);
    if (out.size() != count) throw options.wrong(key, "must have one entry for each of the " + count + " blocks, but has " + out.size());
    return out;
  }

  Fields block(String key) {
    read.add(key);
    return new Fields(file, options.block(key));
  }

  InvalidInput wrong(String key, String what) {
    InvalidInput wrong = options.wrong(key, what);
    return options.has(key) ? wrong : new InvalidInput(file + ": " + wrong.getMessage());
  }

  /** @throws InvalidInput when a flag is set that asks for what is not built here */
  void refuse(String key, boolean meaningWhenAbsent, boolean built) {
    if (flag(key, meaningWhenAbsent) != built) throw wrong(key, "= " + !built + " is not supported; only models with " + built + " can be read");
  }

  /** @throws InvalidInput for the first field that was neither read nor is known to be harmless */
  void finish() {
    for (String key : options.keys()) {
      if (read.contains(key) || HARMLESS.contains(key)) continue;
      String path = ConfigUtil.joinPath(key);
      if (!options.has(path)) continue;
      var value = options.config().getValue(path);
      if (value.valueType() == ConfigValueType.BOOLEAN && !options.flag(path)) continue;
      throw options.wrong(path, "is not understood and may change what the model computes; remove the field if it does not");
    }
  }
}
