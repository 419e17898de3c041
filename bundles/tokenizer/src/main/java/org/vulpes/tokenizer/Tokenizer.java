package org.vulpes.tokenizer;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.vulpes.slot.InvalidInput;

/**
 * Text to token ids and back. Immutable and safe for use by many threads. Lossless: {@code decode(encode(x))} is {@code x} for every
 * sequence of Unicode code points (an unpaired surrogate is not text and is refused).
 */
public interface Tokenizer {

  /** Number of ids; ids are 0 … size-1. Special tokens count. */
  int vocabularySize();

  /**
   * The ids of a text. Special tokens written out in the text ("<|endoftext|>") are encoded as ordinary characters: a document cannot
   * smuggle in a control token.
   */
  int[] encode(CharSequence text);

  /** The text of ids; special tokens give nothing; bytes that are not UTF-8 give U+FFFD. @throws IllegalArgumentException for an id outside the vocabulary */
  String decode(int... ids);

  /** The bytes that a token stands for; empty for a special token. Sum over a document = its length in UTF-8, which bits per byte rests on. */
  byte[] bytes(int id);

  /** The id of the special token that is written like this ({@code <|im_start|>}); empty when there is none. */
  default OptionalInt special(String text) {
    return OptionalInt.empty();
  }

  /**
   * This tokenizer with further special tokens behind its last id, in the order given; those that it has already stay where they are. All other ids keep their meaning, so that
   * a model can be given the new ones as further rows.
   *
   * @throws InvalidInput when it cannot take them
   */
  default Tokenizer withSpecials(List<String> texts) {
    for (String t : texts) {
      if (special(t).isEmpty()) throw new InvalidInput("The tokenizer has no special token '" + t + "' and cannot be given one; choose a chat template without it, or another tokenizer.");
    }
    return this;
  }

  /** The id that separates documents and ends a generation. */
  int endOfText();

  /** SHA-256 (hex) over what decides the mapping, for plans, caches and checkpoints. */
  String fingerprint();

  /** Writes the tokenizer as Hugging Face {@code tokenizer.json}; written to a temporary name, synced, renamed. */
  void save(Path file);
}
