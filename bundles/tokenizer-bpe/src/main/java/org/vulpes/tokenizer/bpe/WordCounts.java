package org.vulpes.tokenizer.bpe;

import java.util.Arrays;

/** Counts the distinct words of texts, numbered by first appearance; all words share one array, since there are millions of occurrences. */
final class WordCounts {
  private int[] slots = new int[1 << 12];
  private char[] characters = new char[1 << 16];
  private int[] ends = new int[1 << 10];
  private int[] hashes = new int[1 << 10];
  private long[] counts = new long[1 << 10];
  private int size;

  void add(char[] text, int from, int to) {
    int hash = hash(text, from, to);
    int mask = slots.length - 1;
    int slot = hash & mask;
    // A slot holds the word's number plus one; 0 is free.
    for (; slots[slot] != 0; slot = slot + 1 & mask) {
      int word = slots[slot] - 1;
      if (hashes[word] == hash && Arrays.equals(characters, start(word), ends[word], text, from, to)) {
        counts[word]++;
        return;
      }
    }
    append(text, from, to, hash);
    slots[slot] = size;
    if (2 * size > slots.length) rehash();
  }

  private void append(char[] text, int from, int to, int hash) {
    int start = size == 0 ? 0 : ends[size - 1];
    int end = Math.addExact(start, to - from);
    if (end > characters.length) {
      characters = Arrays.copyOf(characters, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(2L * characters.length, end)));
    }
    System.arraycopy(text, from, characters, start, to - from);
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, 2 * size);
      hashes = Arrays.copyOf(hashes, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
    }
    ends[size] = end;
    hashes[size] = hash;
    counts[size++] = 1;
  }

  private void rehash() {
    var larger = new int[2 * slots.length];
    for (int word = 0; word < size; word++) {
      int slot = hashes[word] & larger.length - 1;
      while (larger[slot] != 0) slot = slot + 1 & larger.length - 1;
      larger[slot] = word + 1;
    }
    slots = larger;
  }

  /** A hash whose low bits depend on every character. */
  static int hash(char[] text, int from, int to) {
    int h = 0;
    for (int i = from; i < to; i++) h = 31 * h + text[i];
    h *= 0x9E3779B9;
    return h ^ h >>> 15;
  }

  int size() {
    return size;
  }

  /** All words after another; word {@code i} is characters {@code start(i)} … {@code end(i)}-1. */
  char[] characters() {
    return characters;
  }

  int start(int word) {
    return word == 0 ? 0 : ends[word - 1];
  }

  int end(int word) {
    return ends[word];
  }

  long count(int word) {
    return counts[word];
  }
}
