package org.vulpes.tokenizer;

import org.vulpes.slot.InvalidInput;

/** Turns text into UTF-8 and refuses what is not text, where the platform's encoder would quietly write a question mark. */
public final class Utf8 {
  private Utf8() {}

  /**
   * The characters of a text, known to be whole code points.
   *
   * @throws InvalidInput naming the place of the first unpaired surrogate
   */
  public static char[] characters(CharSequence text) {
    char[] c = text.toString().toCharArray();
    for (int i = 0; i < c.length; i++) {
      if (!Character.isSurrogate(c[i])) continue;
      if (Character.isHighSurrogate(c[i]) && i + 1 < c.length && Character.isLowSurrogate(c[i + 1])) {
        i++;
        continue;
      }
      throw new InvalidInput("The text has the unpaired surrogate U+" + Integer.toHexString(c[i]).toUpperCase() + " at character " + i
          + ", which is not Unicode text; read its source with the right encoding.");
    }
    return c;
  }

  /**
   * Writes characters {@code from} … {@code to}-1 as UTF-8, three bytes a character at most.
   *
   * @param text whole code points, as {@link #characters} gives them
   * @return the number of bytes written at the start of {@code out}
   */
  public static int encode(char[] text, int from, int to, byte[] out) {
    int n = 0;
    for (int i = from; i < to; i++) {
      int c = text[i];
      if (c < 0x80) {
        out[n++] = (byte) c;
      } else if (c < 0x800) {
        out[n++] = (byte) (0xC0 | c >> 6);
        out[n++] = (byte) (0x80 | c & 0x3F);
      } else if (!Character.isSurrogate((char) c)) {
        out[n++] = (byte) (0xE0 | c >> 12);
        out[n++] = (byte) (0x80 | c >> 6 & 0x3F);
        out[n++] = (byte) (0x80 | c & 0x3F);
      } else {
        int point = Character.toCodePoint((char) c, text[++i]);
        out[n++] = (byte) (0xF0 | point >> 18);
        out[n++] = (byte) (0x80 | point >> 12 & 0x3F);
        out[n++] = (byte) (0x80 | point >> 6 & 0x3F);
        out[n++] = (byte) (0x80 | point & 0x3F);
      }
    }
    return n;
  }
}
