package org.vulpes.compute.jvm.internal;

/** Work on matrices cut into blocks of neighbouring rows. The block's size is a matter of shape, so partial results of blocks have fixed bits. */
abstract class RowBlocks implements Work {
  private final long rows;
  private final int block;

  RowBlocks(long rows, int columns) {
    this.rows = rows;
    block = block(columns);
  }

  /** Rows of a block: about 16K elements. */
  static int block(int columns) {
    return Math.max(16, (1 << 14) / Math.max(1, columns));
  }

  static int blocks(long rows, int columns) {
    int block = block(columns);
    return Math.toIntExact((rows + block - 1) / block);
  }

  abstract void rows(int piece, long first, int count, long scratch);

  @Override
  public int pieces() {
    return Math.toIntExact((rows + block - 1) / block);
  }

  @Override
  public void run(int piece, long scratch) {
    long first = (long) piece * block;
    rows(piece, first, (int) Math.min(block, rows - first), scratch);
  }
}
