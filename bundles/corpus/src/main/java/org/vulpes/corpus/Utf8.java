package org.vulpes.corpus;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import org.vulpes.slot.InvalidInput;

/** Text from bytes that claim to be UTF-8, strictly: a wrong byte is refused and named, never replaced. */
public final class Utf8 {
  private Utf8() {}

  /**
   * @param id names the document in the complaint
   * @throws InvalidInput with the offset of the first byte that is not UTF-8
   */
  public static String decode(String id, byte[] bytes) {
    return decode(id, bytes, 0);
  }

  /**
   * The same for a part of a document.
   *
   * @param offset of the first byte within what {@code id} names
   */
  public static String decode(String id, byte[] bytes, long offset) {
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate(bytes.length);
    if (StandardCharsets.UTF_8.newDecoder().decode(in, out, true).isError()) {
      throw new InvalidInput("Document " + id + " is not UTF-8: byte " + (offset + in.position()) + " is 0x" + String.format("%02X", bytes[in.position()])
          + "; convert the document or leave it out.");
    }
    return out.flip().toString();
  }

  /**
   * Length in UTF-8.
   *
   * @param id names the document in the complaint
   * @throws InvalidInput for an unpaired surrogate, with the offset in UTF-8 bytes at which it stands
   */
  public static long length(String id, String text) {
    long n = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) n++;
      else if (c < 0x800) n += 2;
      else if (!Character.isSurrogate(c)) n += 3;
      else if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
        n += 4;
        i++;
      } else {
        throw new InvalidInput("Document " + id + " is not UTF-8: an unpaired surrogate U+" + String.format("%04X", (int) c) + " stands at byte "
            + n + "; repair the document or leave it out.");
      }
    }
    return n;
  }
}
