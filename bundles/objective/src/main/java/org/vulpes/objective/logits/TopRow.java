package org.vulpes.objective.logits;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * What a teacher says about the learned positions of a row: of each the likeliest ids, rising, with the logarithms of their probabilities, and that of all others together.
 *
 * @param ids [positions, top]
 * @param logarithms [positions, top + 1], in nats; the last of a position is the others'
 */
public record TopRow(int[] ids, float[] logarithms) {
  /** Stands for the logarithm of 0. */
  public static final float NOTHING = -1e30f;
  /** A smaller half-precision number stands for {@link #NOTHING}. */
  private static final float LEAST_HALF = -60000;

  /** Ids as the distance from the one before in as few bytes as it needs, logarithms byte plane by byte plane, all of it deflated. */
  byte[] pack(int top, int bits) {
    var raw = new ByteArrayOutputStream(ids.length * 3);
    for (int i = 0; i < ids.length; i++) whole(raw, i % top == 0 ? ids[i] : ids[i] - ids[i - 1] - 1);
    for (int shift = bits - 8; shift >= 0; shift -= 8) {
      for (float x : logarithms) raw.write((bits == 16 ? Float.floatToFloat16(Math.max(x, -65504)) : Float.floatToRawIntBits(x)) >>> shift);
    }
    var deflater = new Deflater(6, true);
    try {
      deflater.setInput(raw.toByteArray());
      deflater.finish();
      var out = new ByteArrayOutputStream(raw.size() / 2 + 64);
      byte[] chunk = new byte[1 << 13];
      while (!deflater.finished()) out.write(chunk, 0, deflater.deflate(chunk));
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  /** @throws DataFormatException when the bytes are no such row of so many positions */
  static TopRow unpack(byte[] packed, int positions, int top, int vocabulary, int bits) throws DataFormatException {
    int values = Math.multiplyExact(positions, top + 1);
    // An id takes at most 5 bytes.
    byte[] raw = new byte[Math.addExact(Math.multiplyExact(5, positions * top), Math.multiplyExact(bits / 8, values))];
    int n = 0;
    var inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      while (!inflater.finished()) {
        int more = inflater.inflate(raw, n, raw.length - n);
        if (more == 0 && !inflater.finished()) throw new DataFormatException("ends early or is too long");
        n += more;
      }
    } finally {
      inflater.end();
    }
    var in = ByteBuffer.wrap(raw, 0, n);
    var ids = new int[positions * top];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = whole(in) + (i % top == 0 ? 0 : ids[i - 1] + 1);
      if (ids[i] < 0 || ids[i] >= vocabulary) throw new DataFormatException("has the id " + ids[i]);
    }
    if (in.remaining() != values * (bits / 8)) throw new DataFormatException("has another size");
    var logarithms = new float[values];
    for (int i = 0; i < values; i++) {
      int word = 0;
      for (int plane = 0; plane < bits / 8; plane++) word = word << 8 | raw[in.position() + plane * values + i] & 0xFF;
      float x = bits == 16 ? Float.float16ToFloat((short) word) : Float.intBitsToFloat(word);
      logarithms[i] = x < LEAST_HALF ? NOTHING : x;
    }
    return new TopRow(ids, logarithms);
  }

  private static void whole(ByteArrayOutputStream out, int value) {
    for (; value > 0x7F; value >>>= 7) out.write(value | 0x80);
    out.write(value);
  }

  private static int whole(ByteBuffer in) throws DataFormatException {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (!in.hasRemaining()) break;
      byte b = in.get();
      value |= (b & 0x7F) << shift;
      if (b >= 0) return value;
    }
    throw new DataFormatException("has a broken id");
  }

  /**
   * The likeliest tokens of a softmax, and what is left.
   *
   * @param logits row-major rows of {@code vocabulary}
   * @param rows which of them are wanted
   */
  public static TopRow of(float[] logits, int[] rows, int vocabulary, int top, double temperature) {
    var ids = new int[rows.length * top];
    var logarithms = new float[rows.length * (top + 1)];
    var scaled = new double[vocabulary];
    var ranked = new long[vocabulary];
    for (int r = 0; r < rows.length; r++) {
      long from = (long) rows[r] * vocabulary;
      double max = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < vocabulary; c++) max = Math.max(max, scaled[c] = logits[Math.toIntExact(from + c)] / temperature);
      double sum = 0;
      for (int c = 0; c < vocabulary; c++) sum += Math.exp(scaled[c] - max);
      double total = max + Math.log(sum);
      int[] chosen = top == vocabulary ? all(top) : likeliest(logits, from, ranked, top);
      double kept = 0;
      for (int j = 0; j < top; j++) {
        double x = scaled[chosen[j]] - total;
        ids[r * top + j] = chosen[j];
        logarithms[r * (top + 1) + j] = (float) x;
        kept += Math.exp(x);
      }
      logarithms[r * (top + 1) + top] = top == vocabulary ? NOTHING : (float) rest(scaled, chosen, total, kept);
    }
    return new TopRow(ids, logarithms);
  }

  /** log Σ over the others: one less what is kept loses its digits when little is left, so that the others are added up then. */
  private static double rest(double[] scaled, int[] chosen, double total, double kept) {
    if (kept < 0.9) return Math.log1p(-kept);
    double sum = 0;
    int next = 0;
    for (int c = 0; c < scaled.length; c++) {
      if (next < chosen.length && chosen[next] == c) next++;
      else sum += Math.exp(scaled[c] - total);
    }
    return sum == 0 ? NOTHING : Math.log(sum);
  }

  private static int[] all(int n) {
    var out = new int[n];
    Arrays.setAll(out, i -> i);
    return out;
  }

  /** Ids of the largest, rising; of equal ones the lower id. */
  private static int[] likeliest(float[] logits, long from, long[] ranked, int top) {
    for (int c = 0; c < ranked.length; c++) {
      int bits = Float.floatToIntBits(logits[(int) from + c]);
      // Sorts as the numbers do, the largest first, then by id.
      int order = bits < 0 ? bits ^ 0x7FFFFFFF : bits;
      ranked[c] = (long) ~order << 32 | c;
    }
    Arrays.sort(ranked);
    var out = new int[top];
    for (int j = 0; j < top; j++) out[j] = (int) ranked[j];
    Arrays.sort(out);
    return out;
  }
}
