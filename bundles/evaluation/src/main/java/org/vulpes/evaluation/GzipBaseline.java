package org.vulpes.evaluation;

import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.vulpes.slot.InvalidInput;

/** What {@code gzip -9} makes of a text: the compressor that everybody has, and that a language model must beat. */
public final class GzipBaseline {
  /** Header and trailer of a gzip file without a name (RFC 1952). */
  private static final int FRAME = 18;

  private GzipBaseline() {}

  /**
   * Bits per byte of the texts joined into one file without separators, level 9. It reads no training text: everything that it knows it
   * learns on the way. The figure is that of the platform's zlib; releases of it differ by less than a hundredth.
   *
   * @param texts UTF-8, closed by the caller
   * @throws InvalidInput when there is no byte
   */
  public static double bitsPerByte(Stream<byte[]> texts) {
    try (var deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
      byte[] out = new byte[1 << 16];
      long in = 0;
      long compressed = FRAME;
      for (var it = texts.iterator(); it.hasNext(); ) {
        byte[] text = it.next();
        in += text.length;
        deflater.setInput(text);
        while (!deflater.needsInput()) compressed += deflater.deflate(out);
      }
      if (in == 0) throw new InvalidInput("There is no validation text to compress; give the domain some.");
      deflater.finish();
      while (!deflater.finished()) compressed += deflater.deflate(out);
      return 8.0 * compressed / in;
    }
  }
}
