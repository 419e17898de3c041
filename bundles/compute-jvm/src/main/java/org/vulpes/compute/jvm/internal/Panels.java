package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.STEP;
import static org.vulpes.compute.jvm.internal.Memory.first;
import static org.vulpes.compute.jvm.internal.Memory.get;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.set;
import static org.vulpes.compute.jvm.internal.Memory.store;
import static org.vulpes.compute.jvm.internal.Tiles.HEIGHT;
import static org.vulpes.compute.jvm.internal.Tiles.PANEL_ROW;
import static org.vulpes.compute.jvm.internal.Tiles.WIDTH;

import jdk.incubator.vector.VectorMask;

/**
 * Copies operands of matrix products into the order in which {@link Tile}s read them: B as panels [columns / WIDTH][k][WIDTH], filled up with zeros;
 * a transposed A as four tiles side by side [rows / COLUMNS][k][COLUMNS], whole registers.
 */
final class Panels {
  /** Rows of C for which a transposed A is packed together. */
  static final int COLUMNS = 4 * HEIGHT;
  /** Bytes from one k of a packed transposed A to the next. */
  static final long COLUMN_ROW = 4L * COLUMNS;

  private Panels() {}

  /** Bytes of the panels of a k × n matrix. */
  static long bytes(int k, int n) {
    return (n + WIDTH - 1) / WIDTH * PANEL_ROW * k;
  }

  /** Bytes of the tiles of an m × k matrix. */
  static long columnBytes(int m, int k) {
    return (m + COLUMNS - 1) / COLUMNS * COLUMN_ROW * k;
  }

  /** @param b k × n, row-major, {@code row} bytes from row to row */
  static void packRows(int k, int n, long b, long row, long panels) {
    int whole = n / WIDTH;
    for (int j = 0; j < whole; j++) {
      long from = b + j * PANEL_ROW;
      for (int i = 0; i < k; i++, from += row, panels += PANEL_ROW) {
        store(load(from), panels);
        store(load(from + STEP), panels + STEP);
      }
    }
    int rest = n - whole * WIDTH;
    if (rest == 0) return;
    long from = b + whole * PANEL_ROW;
    for (int i = 0; i < k; i++, from += row, panels += PANEL_ROW) {
      for (int c = 0; c < rest; c++) set(panels + 4L * c, get(from + 4L * c));
      for (int c = rest; c < WIDTH; c++) set(panels + 4L * c, 0f);
    }
  }

  /** @param w n × k, row-major, {@code row} bytes from row to row: panels of its transpose */
  static void packTransposed(int k, int n, long w, long row, long panels) {
    long panelBytes = PANEL_ROW * k;
    for (int j = 0; j < n; j += LANES) {
      long to = panels + j / WIDTH * panelBytes + j % WIDTH * 4L;
      long from = w + j * row;
      int rows = Math.min(LANES, n - j);
      int i = 0;
      if (rows == LANES) {
        for (; i + LANES <= k; i += LANES) Transposition.CODE.run(from + 4L * i, row, to + i * PANEL_ROW, PANEL_ROW);
      }
      for (; i < k; i++) {
        for (int c = 0; c < rows; c++) set(to + i * PANEL_ROW + 4L * c, get(from + c * row + 4L * i));
        for (int c = rows; c < LANES; c++) set(to + i * PANEL_ROW + 4L * c, 0f);
      }
    }
    int rest = n % WIDTH;
    if (rest == 0 || rest > LANES) return;
    long to = panels + n / WIDTH * panelBytes + STEP;
    for (int i = 0; i < k; i++) store(Memory.broadcast(0f), to + i * PANEL_ROW);
  }

  /** @param a k × m, row-major, {@code row} bytes from row to row: tiles of its transpose */
  static void packColumns(int m, int k, long a, long row, long tiles) {
    for (int t = 0; t < m; t += COLUMNS) {
      long from = a + 4L * t;
      int whole = Math.min(COLUMNS, m - t) / LANES, rest = Math.min(COLUMNS, m - t) % LANES;
      VectorMask<Float> mask = first(rest);
      for (int i = 0; i < k; i++, from += row, tiles += COLUMN_ROW) {
        for (int v = 0; v < whole; v++) store(load(from + v * STEP), tiles + v * STEP);
        if (rest > 0) store(load(from + whole * STEP, mask), tiles + whole * STEP);
      }
    }
  }
}
