package org.vulpes.training;

import org.vulpes.corpus.TokenStore;
import org.vulpes.corpus.TrainingStream;

/** What a run reads: the prepared text, and where it stands in it. */
record Text(TokenStore store, TrainingStream stream) {
  static Text of(TokenStore store, long seed) {
    return new Text(store, new TrainingStream(store, seed));
  }
}
