package org.vulpes.compute.jvm.internal;

/**
 * The innermost piece of a matrix product: {@code rows × width} elements of C stay in registers while k runs, each summed in increasing order of k by
 * fused multiply-adds. Bits therefore depend neither on the size of the tile nor on how k is cut.
 */
interface Tile {
  /**
   * C[i, j] = R[i, j] + Σ_k A[i, k] · B[k, j]. All addresses absolute, all strides in bytes.
   *
   * @param stride of A: from row to row where k runs along a row ({@link Tiles#ROWS}), from k to k where i does ({@link Tiles#COLUMNS})
   * @param b panel [k][width], dense
   * @param r what the sum starts from: C itself to add, or zeros with {@code rRow} 0
   */
  void run(int k, long a, long stride, long b, long c, long cRow, long r, long rRow);
}
