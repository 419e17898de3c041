package org.vulpes.tokenizer.bpe;

/** The four kinds of code point that the patterns of GPT-2 and its successors tell apart, by the Unicode version of the running JDK. */
final class CharacterClass {
  /** General category L. */
  static final byte LETTER = 1;
  /** General category N. */
  static final byte NUMBER = 2;
  /** Property White_Space, all of it in the basic plane; U+FEFF and U+200B are not in it. */
  static final byte SPACE = 3;
  /** Everything else: punctuation, symbols, marks, controls, unassigned. */
  static final byte OTHER = 4;

  private static final byte[] BASIC = new byte[0x10000];

  static {
    for (int c = 0; c < BASIC.length; c++) BASIC[c] = compute(c);
  }

  private CharacterClass() {}

  static byte of(int point) {
    return point < BASIC.length ? BASIC[point] : compute(point);
  }

  private static byte compute(int point) {
    return switch (Character.getType(point)) {
      case Character.UPPERCASE_LETTER, Character.LOWERCASE_LETTER, Character.TITLECASE_LETTER, Character.MODIFIER_LETTER,
          Character.OTHER_LETTER -> LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> SPACE;
      default -> point >= 0x9 && point <= 0xD || point == 0x85 ? SPACE : OTHER;
    };
  }
}
