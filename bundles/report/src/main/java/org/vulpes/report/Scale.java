package org.vulpes.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Maps numbers to places on a line of the drawing.
 *
 * @param from place of {@code low}
 * @param to place of {@code high}
 */
record Scale(double low, double high, double from, double to) {
  Scale {
    if (!(high > low)) {
      double half = Math.max(Math.abs(low) * 0.01, 1e-9);
      low -= half;
      high += half;
    }
  }

  double at(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  /** Distance of ticks: 1, 2 or 5 times a power of ten, at most about {@code most} of them. */
  double step(int most) {
    double rough = (high - low) / most;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double f : new double[] {1, 2, 5}) if (f * power >= rough * 0.999) return f * power;
    return 10 * power;
  }

  List<Double> ticks(int most) {
    double step = step(most);
    var out = new ArrayList<Double>();
    long first = (long) Math.ceil(low / step - 1e-6);
    for (long i = first; i * step <= high + 1e-6 * step && out.size() <= 2 * most; i++) out.add(i * step);
    return out;
  }

  /** A tick's label with as many digits as the step needs; thousands and more in brief. */
  static String label(double tick, double step) {
    if (Math.abs(tick) < step / 2) return "0";
    if (Math.abs(tick) >= 10_000) return Figures.brief(tick);
    if (step < 1e-6) return String.format(Locale.ROOT, "%.1e", tick);
    int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%." + digits + "f", tick);
  }
}
