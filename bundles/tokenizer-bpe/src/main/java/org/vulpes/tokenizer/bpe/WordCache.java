package org.vulpes.tokenizer.bpe;

import java.util.Arrays;

/**
 * Remembers the ids of words met before. A fixed number of places, each taken by the latest word that falls on it. Without locks: an
 * entry is immutable, so a thread that races reads the old or the new one, both of which are right.
 */
final class WordCache {
  /** Longer words are rare, and a document of one long word should not fill the memory. */
  static final int LONGEST = 32;
  private static final int PLACES = 1 << 14;

  private record Entry(char[] word, int[] ids) {}

  private final Entry[] entries = new Entry[PLACES];

  /** The ids of a word with this hash, or null. They must not be changed. */
  int[] find(char[] text, int from, int to, int hash) {
    Entry e = entries[hash & PLACES - 1];
    return e != null && Arrays.equals(e.word, 0, e.word.length, text, from, to) ? e.ids : null;
  }

  void put(char[] text, int from, int to, int hash, int[] ids) {
    entries[hash & PLACES - 1] = new Entry(Arrays.copyOfRange(text, from, to), ids);
  }
}
