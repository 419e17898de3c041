package org.vulpes.report;

import java.util.List;

/**
 * How one arm looks in every drawing: colour, dash and mark, so that arms are told apart without colour too. Colours are Okabe and Ito's, which the
 * colour-blind tell apart, without the yellow that fades on white; each has a lighter twin for dark screens.
 */
record Look(int index) {
  static final List<String> LIGHT = List.of("#0072b2", "#d55e00", "#00805d", "#a8507f", "#8a6d00", "#2a8fc7", "#4d4d4d", "#6a51a3");
  static final List<String> DARK = List.of("#5cb3f0", "#ff9b4a", "#3fd0a4", "#f0a0cb", "#e6c543", "#9ad7ff", "#c8c8c8", "#b9a5f0");
  private static final List<String> DASHES = List.of("solid", "longdash", "dotted", "twodash", "dashed", "dotdash");
  /** Disc, square, triangle, diamond, cross, circle, open square, open triangle: numbers as in ggplot2. */
  private static final List<Integer> MARKS = List.of(16, 15, 17, 18, 4, 1, 0, 2);

  String colour() {
    return LIGHT.get(index % LIGHT.size());
  }

  String dash() {
    return DASHES.get(index % DASHES.size());
  }

  int mark() {
    return MARKS.get(index % MARKS.size());
  }
}
