package org.vulpes.graph.reference;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;

/** Doubles on the heap: F32 keeps all digits, BF16 is rounded when stored, I32 holds whole numbers. */
final class ReferenceBuffer implements Buffer {
  private final DType type;
  private final LongConsumer closed;
  private double[] values;

  /** @param closed told the bytes that closing gives back */
  ReferenceBuffer(DType type, int length, LongConsumer closed) {
    this.type = type;
    this.closed = closed;
    values = new double[length];
  }

  double[] values() {
    if (values == null) throw new IllegalStateException("This buffer is closed.");
    return values;
  }

  /** What memory of a type keeps of a number. */
  static double stored(DType type, double x) {
    return type == DType.BF16 ? roundToBf16((float) x) : x;
  }

  /** To nearest, ties to even, on the upper 16 bits of the float. */
  private static float roundToBf16(float x) {
    if (Float.isNaN(x)) return x;
    int bits = Float.floatToRawIntBits(x);
    return Float.intBitsToFloat(bits + 0x7FFF + (bits >>> 16 & 1) & 0xFFFF0000);
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  public long length() {
    return values().length;
  }

  @Override
  public void write(long offset, float[] source, int from, int count) {
    int at = check(offset, source.length, from, count, false);
    for (int i = 0; i < count; i++) values[at + i] = stored(type, source[from + i]);
  }

  @Override
  public void write(long offset, double[] source, int from, int count) {
    int at = check(offset, source.length, from, count, false);
    for (int i = 0; i < count; i++) values[at + i] = stored(type, source[from + i]);
  }

  @Override
  public void write(long offset, int[] source, int from, int count) {
    int at = check(offset, source.length, from, count, true);
    for (int i = 0; i < count; i++) values[at + i] = source[from + i];
  }

  @Override
  public void read(long offset, float[] target, int from, int count) {
    int at = check(offset, target.length, from, count, false);
    for (int i = 0; i < count; i++) target[from + i] = (float) values[at + i];
  }

  @Override
  public void read(long offset, double[] target, int from, int count) {
    int at = check(offset, target.length, from, count, false);
    System.arraycopy(values, at, target, from, count);
  }

  @Override
  public void read(long offset, int[] target, int from, int count) {
    int at = check(offset, target.length, from, count, true);
    for (int i = 0; i < count; i++) target[from + i] = (int) values[at + i];
  }

  private int check(long offset, int array, int from, int count, boolean whole) {
    if (whole != (type == DType.I32)) throw new IllegalArgumentException("This buffer holds " + type + (whole ? ", not whole numbers." : ", not floating-point numbers."));
    Objects.checkFromIndexSize(from, count, array);
    return (int) Objects.checkFromIndexSize(offset, count, length());
  }

  @Override
  public void copyFrom(Buffer source) {
    if (!(source instanceof ReferenceBuffer b) || b.type != type || b.length() != length()) {
      throw new IllegalArgumentException("A buffer of " + length() + " " + type + " takes over one of the same device, type and length only.");
    }
    System.arraycopy(b.values(), 0, values(), 0, values().length);
  }

  @Override
  public void clear() {
    Arrays.fill(values(), 0);
  }

  @Override
  public void close() {
    if (values == null) return;
    closed.accept(8L * values.length);
    values = null;
  }
}
