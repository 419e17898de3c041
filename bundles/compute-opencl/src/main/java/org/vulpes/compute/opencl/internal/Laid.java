package org.vulpes.compute.opencl.internal;

/**
 * How a value lies in memory.
 *
 * @param layout null: rows, whatever the columns
 * @param columns with which it was laid out; 0 for rows
 */
record Laid(KernelText.Layout layout, int columns) {
  static final Laid ROWS = new Laid(null, 0);

  static Laid of(KernelText.Layout layout, int columns) {
    return layout == null ? ROWS : new Laid(layout, columns);
  }

  boolean rows() {
    return layout == null;
  }

  boolean rounds() {
    return layout != null && layout.rounds();
  }
}
