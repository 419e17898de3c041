package org.vulpes.compute.jvm.internal;

import java.util.Arrays;
import org.vulpes.compute.DType;
import org.vulpes.compute.Operand;
import org.vulpes.compute.UnsupportedKernel;
import org.vulpes.graph.operations.MatMul;

/**
 * Matrix products: C is cut into blocks, a piece of work each; a piece packs what it needs of B (and of a transposed A) for a stretch of k and multiplies
 * it by tiles. Sums run in increasing order of k whatever the cut, so equal operands give equal bits, also on another number of threads.
 */
final class GemmKernels {
  /** Longest stretch of k: a panel of it and the rows of A beside it stay in the first-level cache (256 is 5 % slower). */
  private static final int DEPTH = 128;
  /** Rows that are finished through all columns of a block before the next: they are written page by page. */
  private static final int GROUP = 6 * Tiles.HEIGHT;
  /** Bytes of C that stay in the second-level cache while all of k runs over them: a tile that waits for a cold C loses a tenth of its time. */
  private static final long BAND_BYTES = 384L << 10;
  /** Rows of such a band come in multiples of this, which is one of {@link #GROUP} and of {@link Panels#COLUMNS}. */
  private static final int BAND_ROWS = 4 * GROUP;
  /** Bytes of packed B that a piece goes over band by band; they come in order, so the third-level cache is near enough. */
  private static final long PACKED = 4L << 20;
  /** Pieces for each thread that a product is cut into where it is large enough, so that several threads share it evenly. One thread cuts nothing: pieces pack anew. */
  private static final int PIECES = 4;

  private GemmKernels() {}

  static void register(KernelTable table) {
    table.with(MatMul.class, GemmKernels::matMul);
  }

  /** C[m × n] = A[m × k] · B[k × n]. */
  record Sizes(int m, int n, int k) {}

  /** @throws UnsupportedKernel when the operands do not fit each other */
  static Sizes sizes(MatMul op, Call call) {
    if (call.source().inputs().size() != 2 || call.source().outputs().size() != 1) throw refused(call, "takes two operands and gives one");
    Operand a = call.input(0);
    Operand b = call.input(1);
    Operand c = call.output(0);
    for (Operand o : new Operand[] {a, b, c}) if (o.type() != DType.F32) throw refused(call, "computes in F32, not " + o.type());
    int m = op.transposeA() ? a.columns() : a.rows();
    int k = op.transposeA() ? a.rows() : a.columns();
    int n = op.transposeB() ? b.rows() : b.columns();
    int depth = op.transposeB() ? b.columns() : b.rows();
    if (k != depth || c.columns() != n || c.rows() != m) {
      throw refused(call, "cannot multiply " + shape(a, op.transposeA()) + " by " + shape(b, op.transposeB()) + " into " + shape(c, false));
    }
    return new Sizes(m, n, k);
  }

  private static Work[] matMul(MatMul op, Call call) {
    Sizes s = sizes(op, call);
    return new Work[] {new Product(s.m, s.n, s.k, op, call.in(0), call.in(1), call.out(0), call.accumulate(), call.threads() == 1 ? 1 : PIECES * call.threads())};
  }

  private static String shape(Operand o, boolean transposed) {
    return Arrays.toString(o.shape()) + (transposed ? " transposed" : "");
  }

  private static UnsupportedKernel refused(Call call, String what) {
    return new UnsupportedKernel("The jvm device's matmul (" + call.source().label() + ") " + what + ".");
  }

  /** One product. */
  static final class Product implements Work {
    private final int m;
    private final int n;
    private final int k;
    private final boolean columns;
    private final boolean transposed;
    private final boolean add;
    private final long a;
    private final long b;
    private final long c;
    private final long aRow;
    private final long bRow;
    private final long cRow;
    private final int blockRows;
    private final int blockColumns;
    private final int blockDepth;
    private final int bandRows;
    /** Stretches of k that are packed together: one where C is a single band. */
    private final int stretches;
    private final int across;

    Product(int m, int n, int k, MatMul op, long a, long b, long c, boolean add, int pieces) {
      this.m = m;
      this.n = n;
      this.k = k;
      this.columns = op.transposeA();
      this.transposed = op.transposeB();
      this.a = a;
      this.b = b;
      this.c = c;
      this.add = add;
      aRow = 4L * (columns ? m : k);
      bRow = 4L * (transposed ? k : n);
      cRow = 4L * n;
      blockDepth = even(k, DEPTH, 1);
      // What is packed stays in the second-level cache.
      int rows = even(m, 2048, Tiles.HEIGHT);
      int width = even(n, 512, Tiles.WIDTH);
      while (count(m, rows) * count(n, width) < pieces && (double) rows * width * k > 1 << 20) {
        // Halving the rows doubles the packing of B, halving the columns that of a transposed A, or the reading of A.
        if (width > 2 * Tiles.WIDTH && (!columns || width >= rows)) {
          width = even(n, width / 2, Tiles.WIDTH);
        } else if (rows > 96) {
          rows = even(m, rows / 2, Tiles.HEIGHT);
        } else {
          break;
        }
      }
      blockRows = rows;
      blockColumns = width;
      bandRows = (int) Math.max(1, BAND_BYTES / (4L * width * BAND_ROWS)) * BAND_ROWS;
      stretches = rows <= bandRows ? 1 : (int) Math.clamp(PACKED / Panels.bytes(blockDepth, width), 1, count(k, blockDepth));
      across = count(n, width);
    }

    /** The size of equal blocks, none larger than {@code most}, in multiples of {@code unit}. */
    private static int even(int size, int most, int unit) {
      int blocks = count(size, Math.max(unit, most));
      return count(count(size, blocks), unit) * unit;
    }

    private static int count(int size, int block) {
      return (size + block - 1) / block;
    }

    @Override
    public int pieces() {
      return count(m, blockRows) * across;
    }

    @Override
    public long scratchBytes() {
      return Tiles.EDGE_BYTES + stretches * Panels.bytes(blockDepth, blockColumns) + (columns ? Panels.columnBytes(Math.min(bandRows, blockRows), blockDepth) : 0);
    }

    @Override
    public void run(int piece, long scratch) {
      int row = piece / across * blockRows;
      int column = piece % across * blockColumns;
      int rows = Math.min(blockRows, m - row);
      int width = Math.min(blockColumns, n - column);
      for (int from = 0; from < k; from += stretches * blockDepth) {
        int to = Math.min(k, from + stretches * blockDepth);
        pack(from, to, column, width, scratch);
        for (int band = 0; band < rows; band += bandRows) multiply(from, to, row + band, Math.min(bandRows, rows - band), column, width, scratch);
      }
    }

    private void pack(int from, int to, int column, int width, long scratch) {
      long panels = scratch + Tiles.EDGE_BYTES;
      for (int s = from; s < to; s += blockDepth, panels += Panels.bytes(blockDepth, width)) {
        int depth = Math.min(blockDepth, to - s);
        if (transposed) Panels.packTransposed(depth, width, b + column * bRow + 4L * s, bRow, panels);
        else Panels.packRows(depth, width, b + s * bRow + 4L * column, bRow, panels);
      }
    }

    private void multiply(int from, int to, int row, int rows, int column, int width, long scratch) {
      long panels = scratch + Tiles.EDGE_BYTES;
      long tiles = panels + stretches * Panels.bytes(blockDepth, blockColumns);
      for (int s = from; s < to; s += blockDepth, panels += Panels.bytes(blockDepth, width)) {
        int depth = Math.min(blockDepth, to - s);
        long left = columns ? tiles : a + row * aRow + 4L * s;
        Tiles.Left form = columns ? Tiles.Left.packed(depth) : Tiles.Left.rows(aRow);
        if (columns) Panels.packColumns(rows, depth, a + s * aRow + 4L * row, aRow, tiles);
        int step = columns ? Panels.COLUMNS : GROUP;
        for (int group = 0; group < rows; group += step) {
          Tiles.product(Math.min(step, rows - group), width, depth, form, left + form.at(group), panels, depth * Tiles.PANEL_ROW,
              c + (row + group) * cRow + 4L * column, cRow, add || s > 0, scratch);
        }
      }
    }
  }
}
