package org.vulpes.corpus;

import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/**
 * How much of a source a run uses, and how much of it is kept for validation.
 *
 * @param maxBytes most training bytes of each domain, UTF-8, documents being taken in the order of their hashes, so that a smaller corpus
 *     is a part of the larger one; {@link #ALL} takes everything
 * @param validationBytes validation bytes of each domain: whole documents in the order of their hashes until so many are reached
 */
public record CorpusSpec(long maxBytes, long validationBytes) {
  public static final long ALL = Long.MAX_VALUE;

  public CorpusSpec {
    if (maxBytes < 1 || validationBytes < 1) {
      throw new InvalidInput("max-bytes and validation-bytes of a corpus must be at least 1, but are " + maxBytes + " and " + validationBytes + ".");
    }
  }

  /** Reads {@code max-bytes} and {@code validation-bytes} from the block {@code corpus} of a configuration. */
  public static CorpusSpec read(Options corpus) {
    return new CorpusSpec(corpus.has("max-bytes") ? corpus.whole("max-bytes", 1, 1L << 50) : ALL, corpus.whole("validation-bytes", 1, 1L << 40));
  }
}
