package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.STEP;
import static org.vulpes.compute.jvm.internal.Memory.first;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.store;

/**
 * How rows of one head lie in scratch memory: panels [headDim / panel][rows][panel], filled up with zeros, as {@link Tile}s read and write them. A panel is two
 * registers wide where that fits the head and the register file, else one.
 */
record HeadPanels(int headDim) {
  /** Registers a head's row takes. */
  int vectors() {
    return (headDim + LANES - 1) / LANES;
  }

  int panelVectors() {
    return LANES >= 16 && vectors() % 2 == 0 ? 2 : 1;
  }

  int panels() {
    return vectors() / panelVectors();
  }

  /** Bytes from one row to the next. */
  long row() {
    return panelVectors() * STEP;
  }

  /** Columns of panel p that hold something. */
  int depth(int p) {
    int width = panelVectors() * LANES;
    return Math.min(width, headDim - p * width);
  }

  long bytes(long rows) {
    return vectors() * STEP * rows;
  }

  /** Where register v of a row lies, when panels have that many rows. */
  long at(long panels, long rows, long row, int v) {
    // A panel is one register or two: no divisions, which would cost more than the copy.
    int half = panelVectors() - 1;
    return panels + (v >> half) * rows * row() + row * row() + (v & half) * STEP;
  }

  /** Copies a head's row in. */
  void take(long from, long panels, long rows, long row) {
    int whole = headDim / LANES;
    for (int v = 0; v < whole; v++) store(load(from + v * STEP), at(panels, rows, row, v));
    if (whole < vectors()) store(load(from + whole * STEP, first(headDim - whole * LANES)), at(panels, rows, row, whole));
  }

  /** Writes the products of two rows, element by element. */
  void takeProduct(long a, long b, long panels, long rows, long row) {
    int whole = headDim / LANES;
    for (int v = 0; v < whole; v++) store(load(a + v * STEP).mul(load(b + v * STEP)), at(panels, rows, row, v));
    if (whole == vectors()) return;
    var rest = first(headDim - whole * LANES);
    store(load(a + whole * STEP, rest).mul(load(b + whole * STEP, rest)), at(panels, rows, row, whole));
  }

  void clear(long panels, long rows, long row) {
    for (int v = 0; v < vectors(); v++) store(Memory.broadcast(0f), at(panels, rows, row, v));
  }

  /** Copies a head's row out, times a factor. */
  void give(long panels, long rows, long row, float factor, long to) {
    int whole = headDim / LANES;
    for (int v = 0; v < whole; v++) store(load(at(panels, rows, row, v)).mul(factor), to + v * STEP);
    if (whole < vectors()) store(load(at(panels, rows, row, whole)).mul(factor), to + whole * STEP, first(headDim - whole * LANES));
  }
}
