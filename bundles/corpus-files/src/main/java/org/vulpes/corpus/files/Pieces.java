package org.vulpes.corpus.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Parts a stream of UTF-8 at a separator, and what is longer than wanted after a paragraph, a line or a word. Works on bytes: no byte of one
 * character can be taken for another in UTF-8, and a place in the file can be named. Memory: the longest piece and a buffer.
 */
final class Pieces {
  private static final int BUFFER = 1 << 16;

  /** A piece. @param offset of its first byte in the stream */
  record Piece(long offset, byte[] bytes) {}

  /** A document is longer than may be read. */
  static final class TooLong extends IOException {
    private static final long serialVersionUID = 1L;
    final long offset;

    TooLong(long offset) {
      super("more than may be read from byte " + offset);
      this.offset = offset;
    }
  }

  private final InputStream in;
  private final byte[] separator;
  private final int cut;
  private final int longest;
  /** Bytes {@code from} … {@code to}-1 are read and not yet given; before {@code searched} there begins no separator. */
  private byte[] held = new byte[BUFFER];
  private int from;
  private int to;
  private int searched;
  private long offset;
  private boolean ended;

  /**
   * @param separator null: none
   * @param cut most bytes of a piece; 0: as long as it is
   * @param longest bytes of a piece before which {@link TooLong} is thrown
   */
  Pieces(InputStream in, byte[] separator, int cut, int longest) throws IOException {
    this.in = in;
    this.separator = separator;
    this.cut = cut;
    this.longest = longest;
    skipByteOrderMark();
  }

  /** The next piece, perhaps empty; null at the end. */
  Piece next() throws IOException {
    while (true) {
      int at = separator == null ? -1 : find();
      int length = (at < 0 ? to : at) - from;
      if (cut > 0 && length > cut) return take(boundary(from, from + cut) - from, 0);
      if (at >= 0) return take(length, separator.length);
      if (length > longest) throw new TooLong(offset);
      if (ended) return length == 0 ? null : take(length, 0);
      read();
    }
  }

  private Piece take(int length, int skip) throws IOException {
    if (length > longest) throw new TooLong(offset);
    var piece = new Piece(offset, Arrays.copyOfRange(held, from, from + length));
    from += length + skip;
    offset += length + skip;
    searched = Math.max(searched, from);
    return piece;
  }

  private int find() {
    int last = to - separator.length;
    for (int i = Math.max(searched, from); i <= last; i++) {
      if (held[i] == separator[0] && Arrays.equals(held, i, i + separator.length, separator, 0, separator.length)) return i;
      searched = i + 1;
    }
    return -1;
  }

  /** Where to cut at the latest at {@code end}: after the last blank line, else line end, else space of the second half, else between two characters. */
  private int boundary(int begin, int end) {
    int half = begin + (end - begin) / 2;
    int line = -1;
    int space = -1;
    for (int i = end - 1; i >= half; i--) {
      if (held[i] == '\n') {
        if (held[i - 1] == '\n') return i + 1;
        if (line < 0) line = i + 1;
      } else if (held[i] == ' ' && space < 0) {
        space = i + 1;
      }
    }
    if (line >= 0) return line;
    if (space >= 0) return space;
    int at = end;
    // A character has at most three bytes that continue it; bytes that are no UTF-8 are refused when they are decoded.
    while (at > end - 4 && (held[at] & 0xC0) == 0x80) at--;
    return at;
  }

  private void read() throws IOException {
    if (from > 0 && to == held.length) {
      System.arraycopy(held, from, held, 0, to - from);
      to -= from;
      searched -= from;
      from = 0;
    }
    if (to == held.length) held = Arrays.copyOf(held, (int) Math.min(2L * held.length, (long) longest + BUFFER + (separator == null ? 0 : separator.length)));
    int n = in.read(held, to, held.length - to);
    if (n < 0) ended = true;
    else to += n;
  }

  private void skipByteOrderMark() throws IOException {
    while (to < 3 && !ended) read();
    if (to >= 3 && (held[0] & 0xFF) == 0xEF && (held[1] & 0xFF) == 0xBB && (held[2] & 0xFF) == 0xBF) {
      from = 3;
      offset = 3;
      searched = 3;
    }
  }
}
