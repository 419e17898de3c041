package org.vulpes.tokenizer.bytes;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.vulpes.slot.InvalidInput;
import org.vulpes.tokenizer.ByteAlphabet;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.tokenizer.TokenizerFile;
import org.vulpes.tokenizer.Utf8;

/** Text as its UTF-8 bytes: id = byte, and 256 ends the text; further special tokens have the ids from 257 on. */
public final class ByteTokenizer implements Tokenizer {
  private static final int END_OF_TEXT = 256;
  private static final String END_OF_TEXT_NAME = "<|endoftext|>";
  private static final String ADDED = "{\"id\": %d, \"content\": \"%s\", \"single_word\": false, \"lstrip\": false, \"rstrip\": false, \"normalized\": false, \"special\": true}";
  private static final Pattern FURTHER = Pattern.compile("\\{\"id\": (\\d+), \"content\": \"([^\"\\\\]+)\"");
  /** As they are written; the first has the id 257. */
  private final List<String> further;

  ByteTokenizer(List<String> further) {
    this.further = List.copyOf(further);
  }

  public ByteTokenizer() {
    this(List.of());
  }

  @Override
  public int vocabularySize() {
    return 257 + further.size();
  }

  @Override
  public OptionalInt special(String text) {
    int at = further.indexOf(text);
    return text.equals(END_OF_TEXT_NAME) ? OptionalInt.of(END_OF_TEXT) : at < 0 ? OptionalInt.empty() : OptionalInt.of(257 + at);
  }

  @Override
  public Tokenizer withSpecials(List<String> texts) {
    var all = new ArrayList<>(further);
    for (String t : texts) {
      if (!t.matches("[\\x20-\\x7e&&[^\"\\\\]]+")) throw new InvalidInput("The special token '" + t + "' must be plain characters without quotes and backslashes.");
      if (special(t).isEmpty() && !all.contains(t)) all.add(t);
    }
    return new ByteTokenizer(all);
  }

  @Override
  public int[] encode(CharSequence text) {
    char[] c = Utf8.characters(text);
    var utf8 = new byte[Math.multiplyExact(3, c.length)];
    var ids = new int[Utf8.encode(c, 0, c.length, utf8)];
    for (int i = 0; i < ids.length; i++) ids[i] = utf8[i] & 255;
    return ids;
  }

  @Override
  public String decode(int... ids) {
    var out = new ByteArrayOutputStream(ids.length);
    for (int id : ids) {
      check(id);
      if (id < END_OF_TEXT) out.write(id);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int id) {
    check(id);
    return id >= END_OF_TEXT ? new byte[0] : new byte[] {(byte) id};
  }

  @Override
  public int endOfText() {
    return END_OF_TEXT;
  }

  @Override
  public String fingerprint() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(("byte/1" + String.join("\n", further)).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256.", e);
    }
  }

  @Override
  public void save(Path file) {
    TokenizerFile.write(file, json());
  }

  /** A byte-level BPE without merges, which the {@code tokenizers} library reads and maps alike. */
  byte[] json() {
    var vocabulary = new StringBuilder();
    for (int b = 0; b < 256; b++) {
      char c = ByteAlphabet.character(b);
      vocabulary.append("      \"").append(c == '"' || c == '\\' ? "\\" : "").append(c).append("\": ").append(b).append(",\n");
    }
    var added = new StringBuilder();
    for (int i = 0; i < further.size(); i++) added.append(",\n            ").append(ADDED.formatted(257 + i, further.get(i)));
    return """
        {
          "version": "1.0",
          "truncation": null,
          "padding": null,
          "added_tokens": [
            {"id": 256, "content": "%1$s", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}%3$s
          ],
          "normalizer": null,
          "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false},
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
        %2$s      "%1$s": 256
            },
            "merges": []
          }
        }
        """.formatted(END_OF_TEXT_NAME, vocabulary, added).getBytes(StandardCharsets.UTF_8);
  }

  /** What wrote a file: the special tokens that it lists beyond the end of the text. */
  static ByteTokenizer read(String json) {
    return new ByteTokenizer(FURTHER.matcher(json).results().filter(m -> !m.group(1).equals("256")).map(m -> m.group(2)).toList());
  }

  private void check(int id) {
    if (id < 0 || id >= vocabularySize()) throw new IllegalArgumentException("Token id " + id + " is outside the vocabulary 0 … " + (vocabularySize() - 1) + ".");
  }
}
