package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.get;
import static org.vulpes.compute.jvm.internal.Memory.set;

/**
 * Products of a block of A with packed panels of B ({@link Panels}): the loop over tiles and what is done at ragged edges.
 *
 * <p>Eight rows by two registers is 143-163 GFLOP/s of a core's 175 with AVX-512 and 16 sums, few enough for the quick compiler too;
 * twelve rows (24 sums) gain 3 %, but C1 gives up on them, and a method it gives up on can stay a hundred times slower for ever.
 */
final class Tiles {
  /** Rows of the largest tile; with 16 registers (AVX2, SSE) there is room for 6. */
  static final int HEIGHT = LANES >= 16 ? 8 : 6;
  static final int VECTORS = 2;
  /** Columns of a tile and of a panel. */
  static final int WIDTH = VECTORS * LANES;
  /** Bytes from one k of a panel to the next. */
  static final long PANEL_ROW = 4L * WIDTH;
  /** Scratch memory for a tile that hangs over the edge of C. */
  static final long EDGE_BYTES = HEIGHT * PANEL_ROW;
  private static final Tile[][] ROWS = new Tile[VECTORS + 1][HEIGHT + 1];
  private static final Tile[] COLUMNS = new Tile[HEIGHT + 1];
  /** A register holds the rows of two tiles, so every other tile copies for itself and the next; null where it does not. */
  private static final CopyingTile COPYING = LANES == 2 * HEIGHT ? TileCode.copying(HEIGHT, VECTORS, Panels.COLUMN_ROW) : null;
  /** Whole tiles for the strides that came first, each compiled with its own; later ones share the tile that is told its stride. */
  private static final Strided[] STRIDED = new Strided[24];
  /** Never closed: what a fresh sum starts from, for the life of the class. */
  static final long ZEROS = new OffHeap(PANEL_ROW, "constants of kernels", 0).address();

  private Tiles() {}

  /**
   * How A's elements lie.
   *
   * @param columns false: k runs along a row; true: i does
   * @param stride bytes from row to row, or from k to k
   * @param tile bytes from the start of a tile to that of the next, {@link #HEIGHT} rows down
   * @param run bytes from the start of {@link Panels#COLUMNS} rows to that of the next
   */
  record Left(boolean columns, long stride, long tile, long run) {
    /** Row-major rows. */
    static Left rows(long stride) {
      return new Left(false, stride, HEIGHT * stride, Panels.COLUMNS * stride);
    }

    /** The transpose of row-major rows: element (i, k) at i · 4 + k · stride. */
    static Left columns(long stride) {
      return new Left(true, stride, 4L * HEIGHT, Panels.COLUMN_ROW);
    }

    /** As packed by {@link Panels#packColumns} with this depth. */
    static Left packed(int depth) {
      return new Left(true, Panels.COLUMN_ROW, 4L * HEIGHT, Panels.COLUMN_ROW * depth);
    }

    /** Bytes from row 0 to row i, a multiple of {@link #HEIGHT}. */
    long at(int i) {
      return i / Panels.COLUMNS * run + i % Panels.COLUMNS / HEIGHT * tile;
    }
  }

  /**
   * C[m × n] = A[m × k] · panels, or C += with {@code add}.
   *
   * @param panelBytes from one panel to the next
   * @param edge scratch of {@link #EDGE_BYTES}
   */
  static void product(int m, int n, int k, Left left, long a, long panels, long panelBytes, long c, long cRow, boolean add, long edge) {
    Tile full = left.columns ? null : strided(VECTORS, left.stride);
    for (int j = 0; j < n; j += WIDTH, panels += panelBytes) {
      int columns = Math.min(WIDTH, n - j);
      long cj = c + 4L * j;
      for (int i = 0; i < m; i += HEIGHT) {
        int rows = Math.min(HEIGHT, m - i);
        Tile tile = left.columns ? columns(rows) : rows == HEIGHT ? full : rows(rows, VECTORS);
        long ai = a + left.at(i);
        long cij = cj + i * cRow;
        if (columns == WIDTH) {
          tile.run(k, ai, left.stride, panels, cij, cRow, add ? cij : ZEROS, add ? cRow : 0);
        } else {
          if (add) copy(rows, columns, cij, cRow, edge, PANEL_ROW);
          tile.run(k, ai, left.stride, panels, edge, PANEL_ROW, add ? edge : ZEROS, add ? PANEL_ROW : 0);
          copy(rows, columns, edge, PANEL_ROW, cij, cRow);
        }
      }
    }
  }

  /**
   * {@link #product} for {@link Panels#COLUMNS} rows of the transpose of row-major rows, which are packed while the first panel is multiplied.
   *
   * @param stride of A in bytes from k to k
   * @param strip scratch memory for the packed rows
   */
  static void packAndMultiply(int n, int k, long a, long stride, long strip, long panels, long panelBytes, long c, long cRow, boolean add, long edge) {
    if (COPYING == null || n < WIDTH) {
      Panels.packColumns(Panels.COLUMNS, k, a, stride, strip);
      product(Panels.COLUMNS, n, k, Left.packed(k), strip, panels, panelBytes, c, cRow, add, edge);
      return;
    }
    Tile packed = columns(HEIGHT);
    for (int i = 0; i < Panels.COLUMNS; i += 2 * HEIGHT) {
      long ci = c + i * cRow, next = ci + HEIGHT * cRow;
      COPYING.run(k, a + 4L * i, stride, panels, ci, cRow, add ? ci : ZEROS, add ? cRow : 0, strip + 4L * i);
      packed.run(k, strip + 4L * (i + HEIGHT), Panels.COLUMN_ROW, panels, next, cRow, add ? next : ZEROS, add ? cRow : 0);
    }
    if (n > WIDTH) product(Panels.COLUMNS, n - WIDTH, k, Left.packed(k), strip, panels + panelBytes, panelBytes, c + PANEL_ROW, cRow, add, edge);
  }

  private static void copy(int rows, int columns, long from, long fromRow, long to, long toRow) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) set(to + i * toRow + 4L * j, get(from + i * fromRow + 4L * j));
    }
  }

  // Made when first needed; two threads may both make one, which does no harm.

  /** A tile for rows of A that are this many bytes apart and a panel of one register or two. */
  static Tile rows(int rows, int vectors, long stride) {
    return rows == HEIGHT ? strided(vectors, stride) : rows(rows, vectors);
  }

  private static Tile rows(int rows, int vectors) {
    Tile t = ROWS[vectors][rows];
    return t != null ? t : (ROWS[vectors][rows] = TileCode.make(rows, vectors, false, 0));
  }

  private static Tile strided(int vectors, long stride) {
    for (Strided s : STRIDED) {
      if (s == null) break;
      if (s.is(vectors, stride)) return s.tile;
    }
    return addStrided(vectors, stride);
  }

  private static synchronized Tile addStrided(int vectors, long stride) {
    for (int i = 0; i < STRIDED.length; i++) {
      if (STRIDED[i] != null && STRIDED[i].is(vectors, stride)) return STRIDED[i].tile;
      if (STRIDED[i] != null) continue;
      Tile made = TileCode.make(HEIGHT, vectors, false, stride);
      STRIDED[i] = new Strided(vectors, stride, made);
      return made;
    }
    return rows(HEIGHT, vectors);
  }

  private record Strided(int vectors, long stride, Tile tile) {
    boolean is(int ofVectors, long ofStride) {
      return vectors == ofVectors && stride == ofStride;
    }
  }

  private static Tile columns(int rows) {
    Tile t = COLUMNS[rows];
    return t != null ? t : (COLUMNS[rows] = TileCode.make(rows, VECTORS, true, 0));
  }
}
