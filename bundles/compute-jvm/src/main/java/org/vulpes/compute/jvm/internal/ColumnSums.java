package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.STEP;
import static org.vulpes.compute.jvm.internal.Memory.first;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Adds up the rows of a matrix from the first to the last; a piece is a strip of columns. The second phase of every sum over blocks of rows. */
final class ColumnSums implements Work {
  private static final int STRIP = 256;

  private final long matrix;
  private final int rows;
  private final int columns;
  private final long result;
  private final boolean accumulate;

  ColumnSums(long matrix, int rows, int columns, long result, boolean accumulate) {
    this.matrix = matrix;
    this.rows = rows;
    this.columns = columns;
    this.result = result;
    this.accumulate = accumulate;
  }

  @Override
  public int pieces() {
    return (columns + STRIP - 1) / STRIP;
  }

  @Override
  public void run(int piece, long scratch) {
    int from = piece * STRIP;
    strip(matrix + 4L * from, rows, 4L * columns, Math.min(STRIP, columns - from), result + 4L * from, accumulate);
  }

  /** result[j] (+)= sum over rows of matrix[row, j] for {@code count} columns; {@code stride} in bytes. */
  static void strip(long matrix, int rows, long stride, int count, long result, boolean accumulate) {
    int j = 0;
    for (; j + 4 * LANES <= count; j += 4 * LANES) four(matrix + 4L * j, rows, stride, result + 4L * j, accumulate);
    for (; j < count; j += LANES) one(matrix + 4L * j, rows, stride, result + 4L * j, first(count - j), accumulate);
  }

  private static void four(long at, int rows, long stride, long result, boolean accumulate) {
    FloatVector a = FloatVector.zero(Memory.SPECIES), b = a, c = a, d = a;
    for (int r = 0; r < rows; r++, at += stride) {
      a = a.add(load(at));
      b = b.add(load(at + STEP));
      c = c.add(load(at + 2 * STEP));
      d = d.add(load(at + 3 * STEP));
    }
    put(a, result, accumulate);
    put(b, result + STEP, accumulate);
    put(c, result + 2 * STEP, accumulate);
    put(d, result + 3 * STEP, accumulate);
  }

  private static void put(FloatVector v, long address, boolean accumulate) {
    if (accumulate) store(load(address).add(v), address);
    else store(v, address);
  }

  private static void one(long at, int rows, long stride, long result, VectorMask<Float> mask, boolean accumulate) {
    FloatVector a = FloatVector.zero(Memory.SPECIES);
    for (int r = 0; r < rows; r++, at += stride) a = a.add(load(at, mask));
    if (accumulate) store(load(result, mask).add(a), result, mask);
    else store(a, result, mask);
  }
}
