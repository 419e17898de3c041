package org.vulpes.tokenizer.bpe;

/**
 * Cuts text into the words that no token crosses. A word is never empty, and the words of a text one after another are the text.
 * Immutable and safe for use by many threads.
 */
interface Words {

  /** Called with the words {@code from} … {@code to}-1 in their order. */
  @FunctionalInterface
  interface Sink {
    void word(int from, int to);
  }

  /** Cuts characters {@code from} … {@code to}-1, which are whole code points; looks at no character outside. */
  void cut(char[] text, int from, int to, Sink sink);

  /** What decides the cut, for fingerprints. */
  String key();

  /** The whole text as one word. */
  static Words whole() {
    return new Words() {
      @Override
      public void cut(char[] text, int from, int to, Sink sink) {
        if (from < to) sink.word(from, to);
      }

      @Override
      public String key() {
        return "whole";
      }
    };
  }

  /** Each word cut once more by {@code next}. */
  default Words then(Words next) {
    var first = this;
    return new Words() {
      @Override
      public void cut(char[] text, int from, int to, Sink sink) {
        first.cut(text, from, to, (a, b) -> next.cut(text, a, b, sink));
      }

      @Override
      public String key() {
        return first.key() + " then " + next.key();
      }
    };
  }
}
