package org.vulpes.tokenizer;

import java.nio.file.Path;

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

  /** The id that separates documents and ends a generation. */
  int endOfText();

  /** SHA-256 (hex) over what decides the mapping, for plans, caches and checkpoints. */
  String fingerprint();

  /** Writes the tokenizer as Hugging Face {@code tokenizer.json}; written to a temporary name, synced, renamed. */
  void save(Path file);
}
