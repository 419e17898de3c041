package org.vulpes.compute;

/**
 * One argument of a call: dense, row-major.
 *
 * @param binding index into {@link Program#bindings}; {@link #ARENA} for planned memory
 * @param offset in elements from the start of the binding; in bytes, a multiple of 64, for the arena
 * @param shape sizes of the axes, outermost first
 */
public record Operand(int binding, long offset, DType type, int... shape) {
  public static final int ARENA = -1;

  /** Number of elements. */
  public long length() {
    long n = 1;
    for (int s : shape) n *= s;
    return n;
  }

  /** Size of the last axis. */
  public int columns() {
    return shape.length == 0 ? 1 : shape[shape.length - 1];
  }

  /** Product of all axes but the last: most kernels see an operand as a matrix rows × columns. */
  public int rows() {
    return Math.toIntExact(length() / Math.max(1, columns()));
  }
}
