package org.vulpes.report;

/**
 * A unit in which the numbers of an axis are short.
 *
 * @param size how much of the quantity one unit is
 * @param words the axis' name with it, "tokens, millions"
 */
record Unit(double size, String words) {

  /** @param most the largest number on the axis */
  static Unit of(String quantity, double most) {
    if (most >= 1e15) return new Unit(1e15, quantity + ", 10¹⁵");
    if (most >= 1e12) return new Unit(1e12, quantity + ", 10¹²");
    if (most >= 1e9) return new Unit(1e9, quantity + ", billions");
    if (most >= 1e6) return new Unit(1e6, quantity + ", millions");
    if (most >= 1e4) return new Unit(1e3, quantity + ", thousands");
    return new Unit(1, quantity);
  }

  static Unit ofSeconds(double most) {
    if (most >= 3 * 3600) return new Unit(3600, "hours of wall time");
    if (most >= 180) return new Unit(60, "minutes of wall time");
    return new Unit(1, "seconds of wall time");
  }

  double[] of(double[] numbers) {
    double[] out = new double[numbers.length];
    for (int i = 0; i < out.length; i++) out[i] = numbers[i] / size;
    return out;
  }
}
