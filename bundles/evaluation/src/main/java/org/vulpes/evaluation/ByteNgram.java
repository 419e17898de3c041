package org.vulpes.evaluation;

import java.util.Arrays;
import java.util.stream.Stream;
import org.vulpes.slot.InvalidInput;

/**
 * The strongest thing that only counts: an interpolated Kneser-Ney model over bytes (Kneser and Ney 1995, in the interpolated form of Chen
 * and Goodman 1999, one discount an order).
 *
 * <pre>
 * p_k(w | h) = max(c(hw) − D_k, 0) / c(h·) + D_k · N(h·) / c(h·) · p_{k−1}(w | h without its first byte),   p_0 = 1/256
 * </pre>
 *
 * c counts occurrences in the highest order, and in each lower one the different bytes seen before hw; N(h·) is the number of different
 * bytes after h; D_k = n1 / (n1 + 2 n2) of the order's counts of one and two. Probabilities over the 256 bytes sum to 1 after every context.
 *
 * <p>Documents do not leak into one another: before each, the context is filled with a boundary symbol that is no byte. The boundary is
 * never predicted, so a document's length costs nothing, as for a language model whose closing end-of-text is not counted.
 */
public final class ByteNgram {
  private static final int BOUNDARY = 256;
  /** Bits a symbol takes in a key. */
  private static final int BITS = 9;

  private final int order;
  /** By order, 1 … order: n-grams with their counts, later with their contexts' totals beside them. */
  private final Counts[] grams;
  private final Counts[] totals;
  private final Counts[] followers;
  private final double[] discount;
  private long trained;

  private ByteNgram(int order) {
    this.order = order;
    grams = new Counts[order + 1];
    totals = new Counts[order + 1];
    followers = new Counts[order + 1];
    discount = new double[order + 1];
    for (int k = 1; k <= order; k++) grams[k] = new Counts();
  }

  /**
   * Counts the documents.
   *
   * @param order bytes of an n-gram, 1 … 7; 5 looks at four bytes to guess the next
   * @param documents UTF-8, closed by the caller
   * @param mostBytes stops after so many, which bounds the memory: 3 bytes a byte on text, 190 at worst (random bytes), as measured
   * @throws InvalidInput when there is no byte
   */
  public static ByteNgram train(int order, Stream<byte[]> documents, long mostBytes) {
    if (order < 1 || order > 7) throw new IllegalArgumentException("An order from 1 to 7, not " + order);
    var model = new ByteNgram(order);
    for (var it = documents.iterator(); it.hasNext() && model.trained < mostBytes; ) {
      byte[] document = it.next();
      model.count(document, (int) Math.min(document.length, mostBytes - model.trained));
    }
    if (model.trained == 0) throw new InvalidInput("There is no training text to count n-grams in.");
    for (int k = 1; k <= order; k++) model.finish(k);
    return model;
  }

  private void count(byte[] document, int length) {
    long mask = mask(order);
    long key = boundaries();
    for (int i = 0; i < length; i++) {
      key = key << BITS & mask | document[i] & 0xFF;
      // A new n-gram is one more different byte before the n-gram that is one shorter, and so on down.
      for (int k = order; k >= 1 && grams[k].add(key & mask(k), 1) == 1; k--) ;
    }
    trained += length;
  }

  private void finish(int k) {
    totals[k] = new Counts();
    followers[k] = new Counts();
    long one = 0;
    long two = 0;
    Counts g = grams[k];
    for (int i = 0; i < g.keys.length; i++) {
      if (g.keys[i] == Counts.EMPTY) continue;
      totals[k].add(g.keys[i] >>> BITS, g.counts[i]);
      followers[k].add(g.keys[i] >>> BITS, 1);
      if (g.counts[i] == 1) one++;
      else if (g.counts[i] == 2) two++;
    }
    // So little or so even text that nothing was seen once or twice leaves the estimate without a value.
    discount[k] = one == 0 || two == 0 ? 0.5 : one / (one + 2.0 * two);
  }

  /** Bytes counted. */
  public long trainedBytes() {
    return trained;
  }

  /**
   * Mean of −log2 p over all bytes of the documents.
   *
   * @param documents UTF-8, closed by the caller
   * @throws InvalidInput when there is no byte
   */
  public double bitsPerByte(Stream<byte[]> documents) {
    double bits = 0;
    long bytes = 0;
    for (var it = documents.iterator(); it.hasNext(); ) {
      byte[] document = it.next();
      long context = boundaries();
      for (byte b : document) {
        bits -= StrictMath.log(probability(context, b & 0xFF));
        context = context << BITS & mask(order - 1) | b & 0xFF;
      }
      bytes += document.length;
    }
    if (bytes == 0) throw new InvalidInput("There is no validation text to score; give the domain some.");
    return bits / StrictMath.log(2) / bytes;
  }

  /** p(next | the bytes since the document began), of which the last {@code order − 1} matter. */
  public double probability(byte[] before, int next) {
    long context = boundaries();
    for (byte b : before) context = context << BITS & mask(order - 1) | b & 0xFF;
    return probability(context, next);
  }

  private double probability(long context, int next) {
    double p = 1.0 / 256;
    for (int k = 1; k <= order; k++) {
      long h = context & mask(k - 1);
      int total = totals[k].get(h);
      // A context that was never seen has no longer one that was.
      if (total == 0) break;
      int c = grams[k].get(h << BITS | next);
      p = (Math.max(c - discount[k], 0) + discount[k] * followers[k].get(h) * p) / total;
    }
    return p;
  }

  private long boundaries() {
    long key = 0;
    for (int i = 1; i < order; i++) key = key << BITS | BOUNDARY;
    return key;
  }

  private static long mask(int symbols) {
    return (1L << BITS * symbols) - 1;
  }

  /** Counts by key: open addressing in two arrays, doubled when two thirds are taken. */
  private static final class Counts {
    static final long EMPTY = -1;
    private long[] keys = filled(1 << 10);
    private int[] counts = new int[1 << 10];
    private int size;

    private static long[] filled(int n) {
      long[] keys = new long[n];
      Arrays.fill(keys, EMPTY);
      return keys;
    }

    /** The count after the addition. */
    int add(long key, int n) {
      int i = place(key);
      if (keys[i] == EMPTY) {
        if (3L * ++size > 2L * keys.length) {
          grow();
          i = place(key);
        }
        keys[i] = key;
      }
      return counts[i] = Math.addExact(counts[i], n);
    }

    int get(long key) {
      return counts[place(key)];
    }

    private int place(long key) {
      long h = key * 0x9E3779B97F4A7C15L;
      int i = (int) ((h ^ h >>> 32) & keys.length - 1);
      while (keys[i] != key && keys[i] != EMPTY) i = i + 1 & keys.length - 1;
      return i;
    }

    private void grow() {
      long[] oldKeys = keys;
      int[] oldCounts = counts;
      keys = filled(Math.multiplyExact(2, oldKeys.length));
      counts = new int[keys.length];
      for (int j = 0; j < oldKeys.length; j++) {
        if (oldKeys[j] == EMPTY) continue;
        int i = place(oldKeys[j]);
        keys[i] = oldKeys[j];
        counts[i] = oldCounts[j];
      }
    }
  }
}
