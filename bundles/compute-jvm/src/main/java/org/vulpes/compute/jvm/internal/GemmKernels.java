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
  /** Pieces for each thread that a product is cut into where it is large enough, so that several threads share it evenly. One thread cuts nothing. */
  private static final int PIECES = 4;
  /** Bytes of a B that is packed once for all pieces; of a larger one (a head of 256 thousand tokens) each piece packs its own part. */
  private static final long SHARED = 64L << 20;
  /** Pieces that the packing of a stretch of k and a block of columns is cut into. */
  private static final int PARTS = 4;

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
    if (s.m <= FewRows.MOST && op.transposeB() && !op.transposeA() && !call.accumulate()) return new Work[] {new FewRows(s.m, s.n, s.k, call)};
    return new Product(s.m, s.n, s.k, op, call).phases();
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
    /** Where B is packed before the pieces run, or 0: each packs for itself. */
    private final long packed;

    Product(int m, int n, int k, MatMul op, Call call) {
      this.m = m;
      this.n = n;
      this.k = k;
      this.columns = op.transposeA();
      this.transposed = op.transposeB();
      a = call.in(0);
      b = call.in(1);
      c = call.out(0);
      add = call.accumulate();
      aRow = 4L * (columns ? m : k);
      bRow = 4L * (transposed ? k : n);
      cRow = 4L * n;
      blockDepth = even(k, DEPTH, 1);
      // What is packed stays in the second-level cache.
      int rows = even(m, 2048, Tiles.HEIGHT);
      int width = even(n, 512, Tiles.WIDTH);
      int threads = call.threads(), pieces = threads == 1 ? 1 : PIECES * threads;
      long bytes = count(n, width) * Panels.bytes(k, width);
      boolean share = threads > 1 && !columns && m >= 4 * Tiles.HEIGHT && bytes <= SHARED && (double) m * n * k > 1 << 20;
      if (threads > 1 && columns && (double) m * n * k > 1 << 20) {
        // A is packed on the way and B before, so columns are cut first: as many blocks as threads, of equally many panels.
        int panels = count(n, Tiles.WIDTH);
        int blocks = Math.min(panels, count(count(n, width), threads) * threads);
        width = count(panels, blocks) * Tiles.WIDTH;
        int down = count(threads, count(n, width));
        if (down > 1) rows = Math.min(rows, even(m, count(m, down), Panels.COLUMNS));
      } else if (share) {
        // Rows alone are cut, into equal pieces that divide evenly among the threads.
        int down = count(pieces, count(n, width));
        while (down * count(n, width) % threads != 0) down++;
        rows = even(m, Math.min(rows, count(m, down)), Tiles.HEIGHT);
      }
      while (!share && !columns && count(m, rows) * count(n, width) < pieces && (double) rows * width * k > 1 << 20) {
        // Halving the rows doubles the packing of B, halving the columns the reading of A.
        if (width > 2 * Tiles.WIDTH) {
          width = even(n, width / 2, Tiles.WIDTH);
        } else if (rows > 96) {
          rows = even(m, rows / 2, Tiles.HEIGHT);
        } else {
          break;
        }
      }
      packed = share ? call.shared().applyAsLong(bytes) : 0;
      blockRows = rows;
      blockColumns = width;
      bandRows = (int) Math.max(1, BAND_BYTES / (4L * width * BAND_ROWS)) * BAND_ROWS;
      stretches = rows <= bandRows ? 1 : (int) Math.clamp(PACKED / Panels.bytes(blockDepth, width), 1, count(k, blockDepth));
      across = count(n, width);
    }

    Work[] phases() {
      return packed == 0 ? new Work[] {this} : new Work[] {new Packing(), this};
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
      return Tiles.EDGE_BYTES + (packed == 0 ? stretches * Panels.bytes(blockDepth, blockColumns) : 0) + (columns ? Panels.columnBytes(Panels.COLUMNS, blockDepth) : 0);
    }

    @Override
    public void run(int piece, long scratch) {
      int row = piece / across * blockRows;
      int column = piece % across * blockColumns;
      int rows = Math.min(blockRows, m - row);
      int width = Math.min(blockColumns, n - column);
      long panels = scratch + Tiles.EDGE_BYTES;
      if (packed != 0) {
        multiply(0, k, row, rows, column, width, packed + piece % across * Panels.bytes(k, blockColumns), panels, scratch);
        return;
      }
      for (int from = 0; from < k; from += stretches * blockDepth) {
        int to = Math.min(k, from + stretches * blockDepth);
        for (int s = from; s < to; s += blockDepth) pack(s, column, width, panels + Panels.bytes(s - from, width));
        multiply(from, to, row, rows, column, width, panels, panels + stretches * Panels.bytes(blockDepth, blockColumns), scratch);
      }
    }

    /** Packs B's stretch of k from {@code from} on. */
    private void pack(int from, int column, int width, long panels) {
      int depth = Math.min(blockDepth, k - from);
      if (transposed) Panels.packTransposed(depth, width, b + column * bRow + 4L * from, bRow, panels);
      else Panels.packRows(depth, width, b + from * bRow + 4L * column, bRow, panels);
    }

    /** @param panels stretches of B from {@code from} to {@code to}, one after the other @param tiles scratch for a transposed A */
    private void multiply(int from, int to, int row, int rows, int column, int width, long panels, long tiles, long edge) {
      for (int band = 0; band < rows; band += bandRows) {
        int count = Math.min(bandRows, rows - band);
        for (int s = from; s < to; s += blockDepth) {
          multiply(s, row + band, count, column, width, panels + Panels.bytes(s - from, width), tiles, edge);
        }
      }
    }

    private void multiply(int from, int row, int rows, int column, int width, long panels, long tiles, long edge) {
      int depth = Math.min(blockDepth, k - from);
      long to = c + row * cRow + 4L * column;
      if (columns) {
        multiplyTransposed(depth, a + from * aRow + 4L * row, rows, width, panels, to, add || from > 0, tiles, edge);
        return;
      }
      Tiles.Left form = Tiles.Left.rows(aRow);
      long left = a + row * aRow + 4L * from;
      for (int group = 0; group < rows; group += GROUP) {
        Tiles.product(Math.min(GROUP, rows - group), width, depth, form, left + form.at(group), panels, depth * Tiles.PANEL_ROW, to + group * cRow, cRow, add || from > 0, edge);
      }
    }

    private void multiplyTransposed(int depth, long left, int rows, int width, long panels, long to, boolean adds, long strip, long edge) {
      for (int group = 0; group < rows; group += Panels.COLUMNS, left += Panels.COLUMN_ROW, to += Panels.COLUMNS * cRow) {
        int count = Math.min(Panels.COLUMNS, rows - group);
        if (count == Panels.COLUMNS) {
          Tiles.packAndMultiply(width, depth, left, aRow, strip, panels, depth * Tiles.PANEL_ROW, to, cRow, adds, edge);
        } else {
          Panels.packColumns(count, depth, left, aRow, strip);
          Tiles.product(count, width, depth, Tiles.Left.packed(depth), strip, panels, depth * Tiles.PANEL_ROW, to, cRow, adds, edge);
        }
      }
    }

    /** B for all pieces: a piece packs a part of the panels of one block of columns and one stretch of k. */
    private final class Packing implements Work {
      @Override
      public int pieces() {
        return across * count(k, blockDepth) * PARTS;
      }

      @Override
      public void run(int piece, long scratch) {
        int part = piece % PARTS, from = piece / PARTS % count(k, blockDepth) * blockDepth, block = piece / PARTS / count(k, blockDepth);
        int column = block * blockColumns, width = Math.min(blockColumns, n - column), panels = count(width, Tiles.WIDTH);
        int first = panels * part / PARTS, last = panels * (part + 1) / PARTS, depth = Math.min(blockDepth, k - from);
        if (first == last) return;
        int start = first * Tiles.WIDTH, end = Math.min(width, last * Tiles.WIDTH);
        pack(from, column + start, end - start,
            packed + block * Panels.bytes(k, blockColumns) + Panels.bytes(from, width) + first * Tiles.PANEL_ROW * depth);
      }
    }
  }
}
