package org.vulpes.compute.opencl.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;

/**
 * Memory of an {@link OpenClDevice} that a caller owns. Programs may keep it in a layout of their kernels; callers see rows: reading or writing lays it out in rows
 * again, and the next program that runs lays it out as it wants it.
 */
final class OpenClBuffer implements Buffer {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  final OpenClDevice device;
  private final DType type;
  private final long length;
  private long memory;
  /** The same memory where the host may touch it, for which no command has to be queued and waited for; null where it may not. */
  private final MemorySegment shared;
  /** How it lies now. */
  private Laid laid = Laid.ROWS;
  /** How programs want it; null: no program has asked for more than rows. */
  private Laid home;
  private long version;
  /** Nothing but zeros is in it, which lie alike in every layout. */
  private boolean zero = true;
  private boolean open = true;

  OpenClBuffer(OpenClDevice device, DType type, long length, long memory, MemorySegment shared) {
    this.device = device;
    this.type = type;
    this.length = length;
    this.memory = memory;
    this.shared = shared;
  }

  long memory() {
    return memory;
  }

  MemorySegment shared() {
    return shared;
  }

  long bytes() {
    return length * type.bytes();
  }

  boolean open() {
    return open;
  }

  Laid laid() {
    return laid;
  }

  void laid(Laid now) {
    laid = now;
  }

  Laid home() {
    return home;
  }

  void home(Laid wanted) {
    home = wanted;
  }

  /** Another number after every change of the content. */
  long version() {
    return version;
  }

  void changed() {
    version++;
    zero = false;
  }

  boolean zero() {
    return zero;
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  public long length() {
    return length;
  }

  /** Moves elements between native memory and an array. */
  private interface Copy {
    void piece(MemorySegment staged, int done, int count);
  }

  private void in(long offset, int count, Copy copy) {
    rows();
    if (shared != null) copy.piece(shared.asSlice(offset * type.bytes(), (long) count * type.bytes()), 0, count);
    else device.guard("write a buffer", () -> {
      int unit = type.bytes(), most = OpenClDevice.STAGED;
      for (int done = 0; done < count; done += most) {
        int n = Math.min(most, count - done);
        MemorySegment piece = device.staged((long) n * unit);
        copy.piece(piece, done, n);
        device.context().write(memory, (offset + done) * unit, piece);
      }
    });
    changed();
  }

  private void out(long offset, int count, Copy copy) {
    rows();
    if (shared != null) copy.piece(shared.asSlice(offset * type.bytes(), (long) count * type.bytes()), 0, count);
    else device.guard("read a buffer", () -> {
      int unit = type.bytes(), most = OpenClDevice.STAGED;
      for (int done = 0; done < count; done += most) {
        int n = Math.min(most, count - done);
        MemorySegment piece = device.staged((long) n * unit);
        device.context().read(memory, (offset + done) * unit, piece);
        copy.piece(piece, done, n);
      }
    });
  }

  private void rows() {
    if (!laid.rows()) device.lay(this, Laid.ROWS);
  }

  @Override
  public void write(long offset, float[] source, int from, int count) {
    check(offset, source.length, from, count);
    if (type == DType.I32) throw unlike("float");
    in(offset, count, (piece, done, n) -> {
      if (type == DType.F32) MemorySegment.copy(source, from + done, piece, FLOAT, 0, n);
      else for (int i = 0; i < n; i++) piece.setAtIndex(SHORT, i, bfloat16(source[from + done + i]));
    });
  }

  @Override
  public void write(long offset, double[] source, int from, int count) {
    check(offset, source.length, from, count);
    if (type != DType.F32) throw unlike("double");
    in(offset, count, (piece, done, n) -> {
      for (int i = 0; i < n; i++) piece.setAtIndex(FLOAT, i, (float) source[from + done + i]);
    });
  }

  @Override
  public void write(long offset, int[] source, int from, int count) {
    check(offset, source.length, from, count);
    if (type != DType.I32) throw unlike("int");
    in(offset, count, (piece, done, n) -> MemorySegment.copy(source, from + done, piece, INT, 0, n));
  }

  @Override
  public void read(long offset, float[] target, int from, int count) {
    check(offset, target.length, from, count);
    if (type == DType.I32) throw unlike("float");
    out(offset, count, (piece, done, n) -> {
      if (type == DType.F32) MemorySegment.copy(piece, FLOAT, 0, target, from + done, n);
      else for (int i = 0; i < n; i++) target[from + done + i] = Float.intBitsToFloat(piece.getAtIndex(SHORT, i) << 16);
    });
  }

  @Override
  public void read(long offset, double[] target, int from, int count) {
    check(offset, target.length, from, count);
    if (type == DType.I32) throw unlike("double");
    out(offset, count, (piece, done, n) -> {
      for (int i = 0; i < n; i++) target[from + done + i] = type == DType.F32 ? piece.getAtIndex(FLOAT, i) : Float.intBitsToFloat(piece.getAtIndex(SHORT, i) << 16);
    });
  }

  @Override
  public void read(long offset, int[] target, int from, int count) {
    check(offset, target.length, from, count);
    if (type != DType.I32) throw unlike("int");
    out(offset, count, (piece, done, n) -> MemorySegment.copy(piece, INT, 0, target, from + done, n));
  }

  @Override
  public void copyFrom(Buffer source) {
    checkOpen();
    if (!(source instanceof OpenClBuffer b) || b.device != device || b.type != type || b.length != length) {
      throw new IllegalArgumentException("A buffer of " + length + " " + type + " takes over one of the same device, type and length only.");
    }
    b.checkOpen();
    synchronized (device) {
      device.guard("copy a buffer", () -> device.context().copy(b.memory, memory, bytes()));
      laid = b.laid;
    }
    // The caller may go on to another thread, or time what follows.
    device.guard("copy a buffer", device.context()::finish);
    changed();
  }

  @Override
  public void clear() {
    checkOpen();
    if (shared != null) shared.fill((byte) 0);
    else device.guard("clear a buffer", () -> device.context().zero(memory, bytes()));
    changed();
    zero = true;
  }

  @Override
  public void close() {
    if (!open) return;
    open = false;
    device.closed(this);
    memory = 0;
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
