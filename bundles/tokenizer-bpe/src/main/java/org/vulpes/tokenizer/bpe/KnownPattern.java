package org.vulpes.tokenizer.bpe;

import static org.vulpes.tokenizer.bpe.CharacterClass.LETTER;
import static org.vulpes.tokenizer.bpe.CharacterClass.NUMBER;
import static org.vulpes.tokenizer.bpe.CharacterClass.OTHER;
import static org.vulpes.tokenizer.bpe.CharacterClass.SPACE;

import java.util.Locale;

/**
 * The published patterns that most byte-level tokenizers use, written out as scanners: linear in the text whatever it holds, and several
 * times as fast as {@link java.util.regex}, whose {@code \s} would also need a flag to mean White_Space.
 */
enum KnownPattern implements Words {
  GPT2("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+") {
    @Override
    int end(char[] text, int from, int to) {
      int contraction = contraction(text, from, to, false);
      if (contraction > 0) return from + contraction;
      int start = text[from] == ' ' && from + 1 < to ? from + 1 : from;
      byte kind = kind(text, start);
      return kind == SPACE ? endOfSpace(text, from, to) : endOfRun(text, start, to, kind, Integer.MAX_VALUE);
    }
  },
  LLAMA3(signs("\\p{N}{1,3}")) {
    @Override
    int end(char[] text, int from, int to) {
      return endOfSignedWord(text, from, to, 3);
    }
  },
  QWEN2(signs("\\p{N}")) {
    @Override
    int end(char[] text, int from, int to) {
      return endOfSignedWord(text, from, to, 1);
    }
  };

  /** The pattern as it stands in a {@code tokenizer.json}. */
  final String regex;

  KnownPattern(String regex) {
    this.regex = regex;
  }

  private static String signs(String digits) {
    return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" + digits
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  /** The end of the word that starts at {@code from} < {@code to}. */
  abstract int end(char[] text, int from, int to);

  @Override
  public void cut(char[] text, int from, int to, Sink sink) {
    while (from < to) {
      int end = end(text, from, to);
      sink.word(from, end);
      from = end;
    }
  }

  /** The name in the configuration. */
  @Override
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static int endOfSignedWord(char[] text, int from, int to, int digits) {
    int contraction = contraction(text, from, to, true);
    if (contraction > 0) return from + contraction;
    byte first = kind(text, from);
    if (first == LETTER) return endOfRun(text, from, to, LETTER, Integer.MAX_VALUE);
    if (first == NUMBER) return endOfRun(text, from, to, NUMBER, digits);
    // [^\r\n\p{L}\p{N}]?\p{L}+ : one sign or space may lead a word of letters.
    int second = from + width(text, from);
    if (second < to && !lineEnd(text[from]) && kind(text, second) == LETTER) return endOfRun(text, second, to, LETTER, Integer.MAX_VALUE);
    int start = text[from] == ' ' && second < to ? second : from;
    if (kind(text, start) == OTHER) {
      int end = endOfRun(text, start, to, OTHER, Integer.MAX_VALUE);
      while (end < to && lineEnd(text[end])) end++;
      return end;
    }
    // \s*[\r\n]+ : white space up to its last line end.
    int end = from;
    int lastLine = -1;
    while (end < to && kind(text, end) == SPACE) {
      if (lineEnd(text[end])) lastLine = end;
      end++;
    }
    return lastLine >= 0 ? lastLine + 1 : beforeLastSpace(from, end, to);
  }

  /** {@code \s+(?!\S)|\s+} : white space, its last character left to a word that follows. */
  private static int endOfSpace(char[] text, int from, int to) {
    int end = from;
    while (end < to && kind(text, end) == SPACE) end++;
    return beforeLastSpace(from, end, to);
  }

  private static int beforeLastSpace(int from, int end, int to) {
    return end == to || end - from == 1 ? end : end - 1;
  }

  private static int endOfRun(char[] text, int from, int to, byte kind, int most) {
    int end = from;
    for (int n = 0; n < most && end < to && kind(text, end) == kind; n++) end += width(text, end);
    return end;
  }

  /** The length of {@code 's 't 're 've 'm 'll 'd} at this place, or 0. */
  private static int contraction(char[] text, int from, int to, boolean anyCase) {
    if (text[from] != '\'' || from + 1 == to) return 0;
    char a = fold(text[from + 1], anyCase);
    if (a == 's' || a == 't' || a == 'm' || a == 'd') return 2;
    if (from + 2 == to) return 0;
    char b = fold(text[from + 2], anyCase);
    return (a == 'r' || a == 'v') && b == 'e' || a == 'l' && b == 'l' ? 3 : 0;
  }

  private static char fold(char c, boolean anyCase) {
    if (!anyCase) return c;
    // Unicode folds the long s (U+017F) to s; no other character outside ASCII folds to one of these letters.
    return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c == '\u017F' ? 's' : c;
  }

  private static boolean lineEnd(char c) {
    return c == '\n' || c == '\r';
  }

  private static byte kind(char[] text, int at) {
    char c = text[at];
    return CharacterClass.of(Character.isHighSurrogate(c) ? Character.toCodePoint(c, text[at + 1]) : c);
  }

  private static int width(char[] text, int at) {
    return Character.isHighSurrogate(text[at]) ? 2 : 1;
  }
}
