package org.vulpes.compute;

/**
 * Memory of a device. Fresh memory holds zeros. Copies are ordered with the runs of programs on the same device. Offsets and counts are in
 * elements and are checked ({@link IndexOutOfBoundsException}). Used by one thread at a time; {@link #copyFrom} may read it beside programs that only read it.
 */
public interface Buffer extends AutoCloseable {
  DType type();

  long length();

  /** Stores values, rounded to the element type (F32, BF16: to nearest, ties to even). */
  void write(long offset, float[] source, int from, int count);

  /** F32 only; the reference device keeps all digits. */
  void write(long offset, double[] source, int from, int count);

  /** I32 only. */
  void write(long offset, int[] source, int from, int count);

  void read(long offset, float[] target, int from, int count);

  void read(long offset, double[] target, int from, int count);

  void read(long offset, int[] target, int from, int count);

  /** Takes over every element of another buffer of the same device, type and length, with all its digits. */
  void copyFrom(Buffer source);

  /** Sets every element to zero. */
  void clear();

  /** Gives the memory back; closing twice is harmless, using it afterwards is refused. */
  @Override
  void close();
}
