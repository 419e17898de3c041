package org.vulpes.compute.jvm.internal;

/**
 * The logits of some rows and one chunk of the vocabulary, the form in which they are computed: hidden [rows, width] · weight [vocabulary, width]ᵀ.
 *
 * @param hidden address of [rows, width]
 * @param weight address of [vocabulary, width]
 */
record HeadLogits(int rows, int width, int vocabulary, long hidden, long weight) {
  /** Columns of a chunk: its packed weights stay in the second-level cache while all rows pass by. */
  static final int CHUNK = 256;
  /** Bytes from row to row of a block of logits; not a power of two, which would put a column's elements into few sets of the cache. */
  static final long LOGIT_ROW = 4L * CHUNK + OffHeap.ALIGNMENT;
  /** Rows whose logits are worked on while they are in the cache. */
  static final int GROUP = 6 * Tiles.HEIGHT;
  private static final int DEPTH = 128;

  long row() {
    return 4L * width;
  }

  long hiddenAt(int row) {
    return hidden + row * row();
  }

  long weightAt(int token) {
    return weight + token * row();
  }

  /** Where the logit of a row and token lies in logits kept as [rows, vocabulary]. */
  long keptAt(long kept, int row, int token) {
    return kept + 4 * ((long) row * vocabulary + token);
  }

  /** Bytes from row to row of kept logits. */
  long keptRow() {
    return 4L * vocabulary;
  }

  int chunks() {
    return count(vocabulary, CHUNK);
  }

  static int count(int size, int block) {
    return (size + block - 1) / block;
  }

  /** Bytes that {@link #pack} needs. */
  long packedBytes() {
    return Panels.bytes(width, CHUNK);
  }

  /** Packs the weights of {@code columns} tokens from {@code first} on. */
  void pack(int first, int columns, long panels) {
    for (int k = 0; k < width; k += DEPTH) {
      int depth = Math.min(DEPTH, width - k);
      Panels.packTransposed(depth, columns, weightAt(first) + 4L * k, row(), panels);
      panels += Panels.bytes(depth, columns);
    }
  }

  /** Logits of {@code m} rows from {@code first} on for the packed tokens, at {@code out} with {@link #LOGIT_ROW}. */
  void compute(int first, int m, int columns, long panels, long out, long edge) {
    for (int k = 0; k < width; k += DEPTH) {
      int depth = Math.min(DEPTH, width - k);
      Tiles.product(m, columns, depth, Tiles.Left.rows(row()), hiddenAt(first) + 4L * k, panels, depth * Tiles.PANEL_ROW, out, LOGIT_ROW, k > 0, edge);
      panels += Panels.bytes(depth, columns);
    }
  }

  /** Fills the row of logits up to a whole register, so that loops over it have no remainder. */
  static void pad(long logits, int columns, float with) {
    for (int c = columns; c % Memory.LANES != 0; c++) Memory.set(logits + 4L * c, with);
  }
}
