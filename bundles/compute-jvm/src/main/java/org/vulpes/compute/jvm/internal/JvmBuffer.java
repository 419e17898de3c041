package org.vulpes.compute.jvm.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;

/** Memory of a {@link JvmDevice} that a caller owns; BF16 is stored as the upper half of an F32, rounded to nearest even. */
final class JvmBuffer implements Buffer {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  final JvmDevice device;
  private final OffHeap memory;
  private final MemorySegment segment;
  private final DType type;
  private final long length;
  private boolean open = true;

  JvmBuffer(JvmDevice device, DType type, long length, OffHeap memory) {
    this.device = device;
    this.type = type;
    this.length = length;
    this.memory = memory;
    this.segment = memory.segment();
  }

  long address() {
    return memory.address();
  }

  long bytes() {
    return memory.bytes();
  }

  boolean open() {
    return open;
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void write(long offset, float[] source, int from, int count) {
    check(offset, source.length, from, count);
    switch (type) {
      case F32 -> MemorySegment.copy(source, from, segment, FLOAT, 4 * offset, count);
      case BF16 -> {
        for (int i = 0; i < count; i++) segment.set(SHORT, 2 * (offset + i), bfloat16(source[from + i]));
      }
      case I32 -> throw unlike("float");
    }
  }

  @Override
  public void write(long offset, double[] source, int from, int count) {
    check(offset, source.length, from, count);
    if (type != DType.F32) throw unlike("double");
    for (int i = 0; i < count; i++) segment.set(FLOAT, 4 * (offset + i), (float) source[from + i]);
  }

  @Override
  public void write(long offset, int[] source, int from, int count) {
    check(offset, source.length, from, count);
    if (type != DType.I32) throw unlike("int");
    MemorySegment.copy(source, from, segment, INT, 4 * offset, count);
  }

  @Override
  public void read(long offset, float[] target, int from, int count) {
    check(offset, target.length, from, count);
    switch (type) {
      case F32 -> MemorySegment.copy(segment, FLOAT, 4 * offset, target, from, count);
      case BF16 -> {
        for (int i = 0; i < count; i++) target[from + i] = Float.intBitsToFloat(segment.get(SHORT, 2 * (offset + i)) << 16);
      }
      case I32 -> throw unlike("float");
    }
  }

  @Override
  public void read(long offset, double[] target, int from, int count) {
    check(offset, target.length, from, count);
    switch (type) {
      case F32 -> {
        for (int i = 0; i < count; i++) target[from + i] = segment.get(FLOAT, 4 * (offset + i));
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) target[from + i] = Float.intBitsToFloat(segment.get(SHORT, 2 * (offset + i)) << 16);
      }
      case I32 -> throw unlike("double");
    }
  }

  @Override
  public void read(long offset, int[] target, int from, int count) {
    check(offset, target.length, from, count);
    if (type != DType.I32) throw unlike("int");
    MemorySegment.copy(segment, INT, 4 * offset, target, from, count);
  }

  @Override
  public void copyFrom(Buffer source) {
    checkOpen();
    if (!(source instanceof JvmBuffer b) || b.device != device || b.type != type || b.length != length) {
      throw new IllegalArgumentException("A buffer of " + length + " " + type + " takes over one of the same device, type and length only.");
    }
    b.checkOpen();
    segment.copyFrom(b.segment);
  }

  @Override
  public void clear() {
    checkOpen();
    segment.fill((byte) 0);
  }

  @Override
  public void close() {
    if (!open) return;
    open = false;
    memory.close();
    device.closed(this);
  }

  private void check(long offset, int arrayLength, int from, int count) {
    checkOpen();
    Objects.checkFromIndexSize(from, count, arrayLength);
    Objects.checkFromIndexSize(offset, count, length);
  }

  private void checkOpen() {
    if (!open) throw new IllegalStateException("The buffer of " + length + " " + type + " is closed.");
  }

  private IllegalArgumentException unlike(String java) {
    return new IllegalArgumentException("A buffer of " + type + " cannot be read or written as " + java + ".");
  }

  /** To nearest, ties to even; NaN stays NaN. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) return (short) (bits >>> 16 | 0x40);
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
