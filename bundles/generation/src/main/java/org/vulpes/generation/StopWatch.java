package org.vulpes.generation;

import java.util.Arrays;
import java.util.List;

/**
 * Passes on the bytes of a text that grows token by token, but holds back what may be the beginning of a stop text. A stop text may lie across tokens,
 * and a character of it too.
 */
public final class StopWatch {
  private final List<byte[]> stops;
  private byte[] held = new byte[0];
  private boolean stopped;

  public StopWatch(Ending ending) {
    stops = ending.stopBytes();
  }

  /** The bytes that are certain to belong to the text now that these were added. */
  public byte[] add(byte[] bytes) {
    if (stopped) return new byte[0];
    byte[] all = Arrays.copyOf(held, held.length + bytes.length);
    System.arraycopy(bytes, 0, all, held.length, bytes.length);
    int first = all.length;
    for (byte[] stop : stops) {
      int at = indexOf(all, stop);
      if (at >= 0 && at < first) {
        first = at;
        stopped = true;
      }
    }
    int certain = stopped ? first : all.length - beginning(all);
    held = stopped ? new byte[0] : Arrays.copyOfRange(all, certain, all.length);
    return Arrays.copyOf(all, certain);
  }

  /** True once a stop text has appeared. */
  public boolean stopped() {
    return stopped;
  }

  /** What was held back, when the text ends without a stop text. */
  public byte[] rest() {
    byte[] rest = held;
    held = new byte[0];
    return rest;
  }

  /** Length of the longest end of the text that begins a stop text. */
  private int beginning(byte[] text) {
    int most = 0;
    for (byte[] stop : stops) {
      for (int n = Math.min(stop.length - 1, text.length); n > most; n--) {
        if (Arrays.equals(text, text.length - n, text.length, stop, 0, n)) most = n;
      }
    }
    return most;
  }

  private static int indexOf(byte[] text, byte[] stop) {
    for (int i = 0; i + stop.length <= text.length; i++) if (Arrays.equals(text, i, i + stop.length, stop, 0, stop.length)) return i;
    return -1;
  }
}
