package org.vulpes.study.statistics;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;

/** Integrates a smooth function by Gauss-Legendre panels that are halved until the halves agree with the whole. */
final class Quadrature {
  private static final GaussIntegrator RULE = new GaussIntegratorFactory().legendre(20);
  private static final double TOLERANCE = 1e-13;
  private static final int DEPTH = 40;

  private Quadrature() {}

  /** Integral from {@code low} to {@code high}; the hints are where the function turns quickly, those outside are ignored. */
  static double integrate(DoubleUnaryOperator f, double low, double high, double... hints) {
    if (!(high > low)) {
      return 0;
    }
    double[] ends = new double[hints.length + 2];
    int count = 0;
    ends[count++] = low;
    double[] sorted = hints.clone();
    Arrays.sort(sorted);
    for (double hint : sorted) {
      if (hint > ends[count - 1] && hint < high) {
        ends[count++] = hint;
      }
    }
    ends[count] = high;
    double[] panels = new double[count];
    double total = 0;
    for (int i = 0; i < count; i++) {
      panels[i] = panel(f, ends[i], ends[i + 1]);
      total += Math.abs(panels[i]);
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += refine(f, ends[i], ends[i + 1], panels[i], TOLERANCE * total, DEPTH);
    }
    return sum;
  }

  private static double refine(DoubleUnaryOperator f, double low, double high, double whole, double tolerance, int depth) {
    double middle = 0.5 * (low + high);
    double left = panel(f, low, middle);
    double right = panel(f, middle, high);
    if (depth == 0 || Math.abs(left + right - whole) <= tolerance) {
      return left + right;
    }
    return refine(f, low, middle, left, tolerance, depth - 1) + refine(f, middle, high, right, tolerance, depth - 1);
  }

  private static double panel(DoubleUnaryOperator f, double low, double high) {
    double middle = 0.5 * (low + high);
    double half = 0.5 * (high - low);
    double sum = 0;
    for (int i = 0; i < RULE.getNumberOfPoints(); i++) {
      sum += RULE.getWeight(i) * f.applyAsDouble(middle + half * RULE.getPoint(i));
    }
    return half * sum;
  }
}
