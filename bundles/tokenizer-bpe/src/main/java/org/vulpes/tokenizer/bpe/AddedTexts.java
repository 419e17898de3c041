package org.vulpes.tokenizer.bpe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds in a text the added tokens that are not special (runs of spaces, mark-up), which stand before pre-tokenizer and merges: the
 * leftmost, of those that start at one place the longest, as the tokenizers library does.
 */
final class AddedTexts {

  /** An added token and its id. */
  record Entry(String content, int id) {}

  /** Told the pieces of a text in order: an added token's id, or -1 for what stands between. */
  @FunctionalInterface
  interface Sink {
    void piece(int from, int to, int id);
  }

  private final Map<Character, List<Entry>> byFirst = new HashMap<>();

  AddedTexts(List<Entry> entries) {
    for (var entry : entries) byFirst.computeIfAbsent(entry.content.charAt(0), c -> new ArrayList<>()).add(entry);
    for (var list : byFirst.values()) list.sort(Comparator.comparingInt((Entry e) -> -e.content.length()));
  }

  boolean isEmpty() {
    return byFirst.isEmpty();
  }

  void cut(char[] text, Sink sink) {
    int open = 0;
    for (int at = 0; at < text.length; ) {
      Entry found = find(text, at);
      if (found == null) {
        at++;
        continue;
      }
      if (open < at) sink.piece(open, at, -1);
      open = at + found.content.length();
      sink.piece(at, open, found.id);
      at = open;
    }
    if (open < text.length) sink.piece(open, text.length, -1);
  }

  private Entry find(char[] text, int at) {
    for (var entry : byFirst.getOrDefault(text[at], List.of())) {
      if (stands(entry.content, text, at)) return entry;
    }
    return null;
  }

  private static boolean stands(String content, char[] text, int at) {
    if (at + content.length() > text.length) return false;
    for (int i = 0; i < content.length(); i++) {
      if (content.charAt(i) != text[at + i]) return false;
    }
    return true;
  }
}
