package org.vulpes.tokenizer;

import java.util.stream.Stream;

/** What a tokenizer plugin offers for slot {@code tokenizer}: learns a tokenizer from text. Deterministic in its options and the texts, in their order. */
public interface TokenizerTrainer {

  /** Changes whenever the same texts would give another tokenizer: options, algorithm version. Part of the key under which the result is cached. */
  String recipe();

  /** @param texts documents; read once. @param progress told the share done, 0 … 1, from time to time */
  Tokenizer train(Stream<String> texts, java.util.function.DoubleConsumer progress);

  /** Reads what {@link Tokenizer#save} wrote. @throws org.vulpes.slot.InvalidInput when the file is missing, damaged or of another kind */
  Tokenizer load(java.nio.file.Path file);
}
