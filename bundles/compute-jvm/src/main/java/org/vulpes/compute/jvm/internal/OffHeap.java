package org.vulpes.compute.jvm.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.vulpes.compute.OutOfDeviceMemory;

/** A piece of zeroed memory outside the Java heap, 64-byte aligned so that no SIMD load splits a cache line. */
final class OffHeap implements AutoCloseable {
  static final long ALIGNMENT = 64;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;

  /** @throws OutOfDeviceMemory naming what was asked for and what is in use */
  OffHeap(long bytes, String what, long inUse) {
    try {
      segment = arena.allocate(up(Math.max(1, bytes)), ALIGNMENT);
    } catch (OutOfMemoryError | IllegalArgumentException e) {
      arena.close();
      throw tooMuch(bytes, what, inUse, e);
    }
  }

  static OutOfDeviceMemory tooMuch(long bytes, String what, long inUse, Throwable cause) {
    return new OutOfDeviceMemory("The jvm device cannot get " + mebibytes(bytes) + " for " + what + " (" + mebibytes(inUse)
        + " in use): make batch, sequence or model smaller, or start Java with a larger -XX:MaxDirectMemorySize.", cause);
  }

  /** Rounded up to whole lines of the alignment. */
  static long up(long bytes) {
    return Math.addExact(bytes, ALIGNMENT - 1) & -ALIGNMENT;
  }

  private static String mebibytes(long bytes) {
    return bytes < 1 << 20 ? bytes + " bytes" : String.format(java.util.Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }

  MemorySegment segment() {
    return segment;
  }

  long address() {
    return segment.address();
  }

  long bytes() {
    return segment.byteSize();
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) arena.close();
  }
}
