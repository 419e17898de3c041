package org.vulpes.tokenizer.bpe;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** Writes a learned vocabulary as the {@code tokenizer.json} of the tokenizers library, equal byte for byte whatever the versions. */
final class TokenizerJsonWriter {
  private TokenizerJsonWriter() {}

  static byte[] write(MergeLearner.Learned learned, KnownPattern pattern) {
    var vocabulary = new StringJoiner(",\n");
    for (int id = 0; id < learned.tokens().size(); id++) vocabulary.add("      " + quote(learned.tokens().get(id)) + ": " + id);
    // "left right" rather than a list of two: versions before 0.20 read only this, and no token of the byte alphabet holds a space.
    var merges = new StringJoiner(",\n");
    int[] m = learned.merges();
    for (int i = 0; i < m.length; i += 3) merges.add("      " + quote(learned.tokens().get(m[i]) + " " + learned.tokens().get(m[i + 1])));
    return """
        {
          "version": "1.0",
          "truncation": null,
          "padding": null,
          "added_tokens": [
            {"id": 0, "content": %s, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}
          ],
          "normalizer": null,
          "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
              {"type": "Split", "pattern": {"Regex": %s}, "behavior": "Isolated", "invert": false},
              {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}
            ]
          },
          "post_processor": null,
          "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false},
          "model": {
            "type": "BPE",
            "dropout": null,
            "unk_token": null,
            "continuing_subword_prefix": null,
            "end_of_word_suffix": null,
            "fuse_unk": false,
            "byte_fallback": false,
            "ignore_merges": false,
            "vocab": {
        %s
            },
            "merges": [
        %s
            ]
          }
        }
        """.formatted(quote(learned.tokens().getFirst()), quote(pattern.regex), vocabulary, merges).getBytes(StandardCharsets.UTF_8);
  }

  private static String quote(String s) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(s)) + "\"";
  }
}
