package org.vulpes.tokenizer.bpe;

import java.util.BitSet;

/**
 * What the ids stand for.
 *
 * @param bytes by id; empty for a special token
 * @param special ids that only a program, never a text, gives
 * @param endOfText one of the special ids
 */
record Vocabulary(byte[][] bytes, BitSet special, int endOfText) {

  int size() {
    return bytes.length;
  }

  /** @throws IllegalArgumentException for an id outside the vocabulary */
  byte[] bytes(int id) {
    if (id < 0 || id >= bytes.length) {
      throw new IllegalArgumentException("Token id " + id + " is outside the vocabulary 0 … " + (bytes.length - 1) + ".");
    }
    return bytes[id];
  }
}
