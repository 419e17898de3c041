package org.vulpes.tokenizer;

/**
 * The 256 characters that stand for the 256 bytes in the token texts of a byte-level {@code tokenizer.json}, as GPT-2 chose them: a byte
 * that prints in Latin-1 stands for itself, the other 68 are U+0100 onwards in order (a space is {@code Ġ}, a line feed {@code Ċ}).
 */
public final class ByteAlphabet {
  private static final char[] CHARACTER = new char[256];
  private static final short[] BYTE = new short[256 + 68];

  static {
    java.util.Arrays.fill(BYTE, (short) -1);
    char next = 256;
    for (int b = 0; b < 256; b++) {
      boolean prints = b >= '!' && b <= '~' || b >= 0xA1 && b != 0xAD;
      CHARACTER[b] = prints ? (char) b : next++;
      BYTE[CHARACTER[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  /** The character of a byte, 0 … 255. */
  public static char character(int b) {
    return CHARACTER[b];
  }

  /** The byte of a character, 0 … 255, or -1 when it stands for none. */
  public static int byteOf(char c) {
    return c < BYTE.length ? BYTE[c] : -1;
  }

  /** The bytes that a token's text stands for, or null when a character stands for none. */
  public static byte[] bytes(String token) {
    var out = new byte[token.length()];
    for (int i = 0; i < out.length; i++) {
      int b = byteOf(token.charAt(i));
      if (b < 0) return null;
      out[i] = (byte) b;
    }
    return out;
  }

  /** The text of a token that stands for these bytes. */
  public static String text(byte[] bytes) {
    var out = new char[bytes.length];
    for (int i = 0; i < out.length; i++) out[i] = CHARACTER[bytes[i] & 255];
    return new String(out);
  }
}
