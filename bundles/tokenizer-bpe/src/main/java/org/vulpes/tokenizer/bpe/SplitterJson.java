package org.vulpes.tokenizer.bpe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import org.vulpes.slot.InvalidInput;

/** Reads the pre-tokenizer of a {@code tokenizer.json}: ByteLevel, after Split and Digits where there are any. */
final class SplitterJson {
  private final String source;
  private boolean byteLevel;

  private SplitterJson(String source) {
    this.source = source;
  }

  static Words read(JsonNode node, String source) {
    var reader = new SplitterJson(source);
    Words words = reader.words(node, 0);
    if (!reader.byteLevel) {
      throw new InvalidInput(source + " has no pre-tokenizer of type ByteLevel;"
          + " only byte-level tokenizers, which can write any text, are supported.");
    }
    return words;
  }

  private Words words(JsonNode node, int depth) {
    String type = node.path("type").asText("");
    if (byteLevel) throw refuse("'" + type + "' after ByteLevel");
    return switch (type) {
      case "Sequence" -> {
        Words all = null;
        if (depth > 4) throw refuse("sequences nested more than four deep");
        for (JsonNode part : node.path("pretokenizers")) {
          Words words = words(part, depth + 1);
          all = all == null ? words : all.then(words);
        }
        yield all == null ? Words.whole() : all;
      }
      case "ByteLevel" -> {
        byteLevel = true;
        if (node.path("add_prefix_space").asBoolean(true)) throw refuse("add_prefix_space, which adds a space that was not in the text");
        yield node.path("use_regex").asBoolean(true) ? KnownPattern.GPT2 : Words.whole();
      }
      case "Digits" -> new RegexWords(node.path("individual_digits").asBoolean(false) ? "\\p{N}" : "\\p{N}+", source);
      case "Split" -> split(node);
      default -> throw refuse("type '" + type + "'");
    };
  }

  private Words split(JsonNode node) {
    JsonNode pattern = node.path("pattern");
    String regex = pattern.path("Regex").asText("");
    String text = pattern.path("String").asText("");
    if (regex.isEmpty() == text.isEmpty()) throw refuse("a Split without one pattern");
    String behavior = node.path("behavior").asText("");
    boolean invert = node.path("invert").asBoolean(false);
    for (var known : KnownPattern.values()) {
      // These match everywhere, so that whatever is done with the gaps between matches, there are none.
      boolean keepsMatches = behavior.equals("Isolated") || behavior.equals("Removed") && invert;
      if (known.regex.equals(regex) && keepsMatches) return known;
    }
    if (!behavior.equals("Isolated")) throw refuse("a Split of behavior '" + behavior + "'");
    // Isolated matches and what lies between are both kept, so that invert changes nothing.
    return new RegexWords(regex.isEmpty() ? Pattern.compile("[^\\p{L}\\p{N}]").matcher(text).replaceAll("\\\\$0") : regex, source);
  }

  private InvalidInput refuse(String what) {
    return new InvalidInput(source + " has a pre-tokenizer with " + what
        + ", which is not supported; use a byte-level BPE whose pre-tokenizer is ByteLevel after Split or Digits.");
  }
}
