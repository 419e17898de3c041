package org.vulpes.report;

import java.util.Locale;

/** Numbers as people read them, the same in every country; what does not exist is a dash. */
final class Figures {
  static final String NONE = "–";

  private Figures() {}

  /** Bits per byte: four digits, below which seeds differ anyway. */
  static String bits(double x) {
    return Double.isFinite(x) ? format("%.4f", x) : NONE;
  }

  /** A difference with its sign; one too small for four digits keeps one digit that counts. */
  static String difference(double x) {
    if (!Double.isFinite(x)) return NONE;
    if (x == 0) return "0";
    return Math.abs(x) < 0.00005 ? format("%+.0e", x) : format("%+.4f", x);
  }

  /** A size without its sign. */
  static String size(double x) {
    String s = difference(Math.abs(x));
    return s.startsWith("+") ? s.substring(1) : s;
  }

  static String p(double p) {
    if (!Double.isFinite(p)) return NONE;
    return p < 0.0001 ? "<0.0001" : format("%.4f", p);
  }

  /** As a term of a sentence: "p = 0.0123", "p < 0.0001". */
  static String equation(String name, double p) {
    String s = p(p);
    return s.startsWith("<") ? name + " < " + s.substring(1) : name + " = " + s;
  }

  static String count(long n) {
    return format("%,d", n);
  }

  static String count(double n) {
    return Double.isFinite(n) ? format("%,.0f", n) : NONE;
  }

  static String flops(double x) {
    return Double.isFinite(x) ? format("%.2e", x).replace("e+", "e") : NONE;
  }

  static String correlation(double r) {
    return Double.isFinite(r) ? format("%.2f", r) : NONE;
  }

  /** How far a number is from the baseline's, in per cent. */
  static String against(double x, double base) {
    if (!(base > 0) || !Double.isFinite(x)) return NONE;
    double percent = 100 * (x / base - 1);
    return percent == 0 ? "0 %" : Math.abs(percent) < 0.05 ? "<0.1 %" : format("%+.1f %%", percent);
  }

  static String duration(double seconds) {
    if (!Double.isFinite(seconds)) return NONE;
    if (seconds < 59.95) return format("%.1f s", seconds);
    long s = Math.round(seconds);
    return s < 3600 ? format("%d min %02d s", s / 60, s % 60) : format("%,d h %02d min", s / 3600, s % 3600 / 60);
  }

  /** Bytes in the binary units that tools for memory show. */
  static String memory(double bytes) {
    if (!(bytes > 0)) return NONE;
    return bytes < 1 << 20 ? format("%.0f KiB", bytes / 1024) : bytes < 1 << 30 ? format("%.1f MiB", bytes / (1 << 20)) : format("%.2f GiB", bytes / (1 << 30));
  }

  /** A parameter such as δ or α without trailing zeros. */
  static String plain(double x) {
    return new java.math.BigDecimal(format("%.6g", x)).stripTrailingZeros().toPlainString();
  }

  /** "95 %" of alpha 0.05. */
  static String level(double alpha) {
    return plain(100 * (1 - alpha)) + " %";
  }

  /** "1 seed", "2 seeds". */
  static String number(long n, String noun) {
    return count(n) + " " + noun + (n == 1 ? "" : "s");
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
