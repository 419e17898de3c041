package org.vulpes.study.matching;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.SortedMap;

/**
 * How nearly an arm has as much of a quantity as the baseline, and the dimensions that were solved for it.
 *
 * @param target of the baseline
 * @param reached by the arm
 * @param solved values of the dimensions that were free
 */
public record Match(Quantity quantity, double target, double reached, SortedMap<Dimension, Integer> solved) {

  /** Relative: 0.01 means one per cent more than the baseline. */
  public double mismatch() {
    return reached / target - 1;
  }

  /** "non-embedding -0.03 %". */
  public String brief() {
    return quantity.brief() + " " + percent(mismatch());
  }

  /** "non-embedding parameters 1,116,288 → 1,115,904 (-0.03 %), width 208, ffn 480". */
  public String words() {
    return quantity.title() + " " + quantity.figure(target) + " → " + quantity.figure(reached) + " (" + percent(mismatch()) + "), " + dimensions();
  }

  private String dimensions() {
    return String.join(", ", solved.entrySet().stream().map(e -> e.getKey().word() + " " + String.format(Locale.ROOT, "%,d", e.getValue())).toList());
  }

  /** A share as "+0.30 %", with its sign; what rounds to 0.00 without being 0 keeps a digit that counts. */
  public static String percent(double share) {
    double p = 100 * share;
    if (p == 0) return "0 %";
    if (Math.abs(p) >= 0.005) return String.format(Locale.ROOT, "%+.2f %%", p);
    return (p > 0 ? "+" : "") + new BigDecimal(p).round(new MathContext(1)).toPlainString() + " %";
  }
}
