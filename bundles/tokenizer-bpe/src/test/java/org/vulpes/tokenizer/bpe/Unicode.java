package org.vulpes.tokenizer.bpe;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Texts that try a tokenizer: every kind of character, and those together that the patterns look at. */
final class Unicode {
  private Unicode() {}

  static Arbitrary<String> texts() {
    var any = Arbitraries.integers().between(0, 0x10FFFF - 0x800).map(n -> Character.toString(n < 0xD800 ? n : n + 0x800));
    var ascii = Arbitraries.integers().between(0, 127).map(Character::toString);
    var marks = Arbitraries.integers().between(0x300, 0x36F).map(Character::toString);
    var astral = Arbitraries.integers().between(0x1D400, 0x1FAFF).map(Character::toString);
    var traps = Arbitraries.of("'s", "'S", "'\u017F", "'re", "'VE", "'lL", "'", "\u212A", " ", "  ", "\n", "\r\n", "\t", "\u000B", "\u0085",
        "\u00A0", "\u180E", "\u200B", "\u2028", "\u3000", "\uFEFF", "\0", "0", "12", "2048", "\u00B2", "\u0663", "\u2167", "\uD835\uDFD8",
        "fox", "The", "<|endoftext|>", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "e\u0301", "\uD83E\uDD8A\u200D\u2744\uFE0F");
    return Arbitraries.oneOf(any, ascii, marks, astral, traps, traps).list().ofMaxSize(40).map(parts -> String.join("", parts));
  }
}
