package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.STEP;
import static org.vulpes.compute.jvm.internal.Memory.get;
import static org.vulpes.compute.jvm.internal.Memory.set;
import static org.vulpes.compute.jvm.internal.Memory.store;
import static org.vulpes.compute.jvm.internal.Tiles.HEIGHT;
import static org.vulpes.compute.jvm.internal.Tiles.VECTORS;

/**
 * C[m × n] = A[m × k] · Wᵀ for few rows, as when sequences get a token more: the transposed product W · Aᵀ, in which W is read once where it lies and Aᵀ is the panel. To pack W, as pays for many rows,
 * takes as long as to multiply it by sixteen. The sums are those of {@link GemmKernels.Product}, bit for bit.
 */
final class FewRows implements Work {
  /** Rows up to which this is faster (measured with k and n of 256 to 8,192). */
  static final int MOST = 64;
  /** Columns of C that are written together: whole tiles, and whole registers once transposed. */
  private static final int BLOCK = LANES % HEIGHT == 0 ? LANES : HEIGHT * LANES / 2;

  private final int m;
  private final int n;
  private final int k;
  private final long a;
  private final long w;
  private final long c;
  private final int threads;

  FewRows(int m, int n, int k, Call call) {
    this.m = m;
    this.n = n;
    this.k = k;
    a = call.in(0);
    w = call.in(1);
    c = call.out(0);
    threads = call.threads();
  }

  @Override
  public int pieces() {
    return Math.min(threads, (n + BLOCK - 1) / BLOCK);
  }

  @Override
  public long scratchBytes() {
    return panel(m) + BLOCK * VECTORS * STEP;
  }

  /** Bytes of the panels of the first rows of A. */
  private long panel(int row) {
    return (row + LANES - 1) / LANES * STEP * k;
  }

  @Override
  public void run(int piece, long scratch) {
    for (int row = 0; row < m; row += VECTORS * LANES) pack(row, scratch + panel(row));
    int blocks = (n + BLOCK - 1) / BLOCK;
    int last = Math.min(n, BLOCK * (int) ((long) blocks * (piece + 1) / pieces()));
    for (int j = BLOCK * (int) ((long) blocks * piece / pieces()); j < last; j += BLOCK) {
      for (int row = 0; row < m; row += VECTORS * LANES) multiply(row, j, Math.min(BLOCK, last - j), scratch + panel(row), scratch + panel(m));
    }
  }

  /** Registers that hold a column of A from this row on. */
  private int vectors(int row) {
    return Math.min(VECTORS, (m - row + LANES - 1) / LANES);
  }

  /** Aᵀ from this row on, as [k][vectors · LANES], filled up with zeros. */
  private void pack(int row, long panel) {
    long step = vectors(row) * STEP;
    for (int r = row; r < Math.min(m, row + VECTORS * LANES); r += LANES, panel += STEP) {
      int rows = Math.min(LANES, m - r);
      long from = a + 4L * k * r;
      int i = 0;
      if (rows == LANES) for (; i + LANES <= k; i += LANES) Transposition.CODE.run(from + 4L * i, 4L * k, panel + i * step, step);
      for (; i < k; i++) {
        if (rows < LANES) store(Memory.broadcast(0f), panel + i * step);
        for (int x = 0; x < rows; x++) set(panel + i * step + 4L * x, get(from + 4L * (x * (long) k + i)));
      }
    }
  }

  /** @param tile scratch for columns j … of C, transposed: [columns][vectors · LANES] */
  private void multiply(int row, int j, int columns, long panel, long tile) {
    int vectors = vectors(row);
    long step = vectors * STEP;
    for (int x = 0; x < columns; x += HEIGHT) {
      int rows = Math.min(HEIGHT, columns - x);
      Tiles.rows(rows, vectors, 4L * k).run(k, w + 4L * k * (j + x), 4L * k, panel, tile + x * step, step, Tiles.ZEROS, 0);
    }
    for (int r = row; r < Math.min(m, row + VECTORS * LANES); r += LANES, tile += STEP) {
      int rows = Math.min(LANES, m - r);
      long to = c + 4L * ((long) n * r + j);
      int x = 0;
      if (rows == LANES) for (; x + LANES <= columns; x += LANES) Transposition.CODE.run(tile + x * step, step, to + 4L * x, 4L * n);
      for (; x < columns; x++) for (int y = 0; y < rows; y++) set(to + 4L * ((long) n * y + x), get(tile + x * step + 4L * y));
    }
  }
}
