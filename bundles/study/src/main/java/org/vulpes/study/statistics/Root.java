package org.vulpes.study.statistics;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.analysis.solvers.BrentSolver;

/** Finds the zero of a monotone function on the whole line by widening a bracket around a guess and then closing it with Brent's method. */
final class Root {
  /** On a logarithmic axis this is also the relative error of the solution. */
  private static final double ACCURACY = 1e-14;
  private static final int WIDENINGS = 60;
  private static final int EVALUATIONS = 500;

  private Root() {}

  /** Returns NaN when the function has no sign change that the widening finds. */
  static double of(DoubleUnaryOperator f, double guess, double step) {
    double low = guess - step;
    double high = guess + step;
    double atLow = f.applyAsDouble(low);
    double atHigh = f.applyAsDouble(high);
    double width = step;
    for (int i = 0; i < WIDENINGS && atLow * atHigh > 0; i++) {
      width *= 2;
      // The end nearer to zero is the one beyond which the root lies.
      if (Math.abs(atLow) < Math.abs(atHigh)) {
        high = low;
        atHigh = atLow;
        low -= width;
        atLow = f.applyAsDouble(low);
      } else {
        low = high;
        atLow = atHigh;
        high += width;
        atHigh = f.applyAsDouble(high);
      }
    }
    if (atLow == 0) {
      return low;
    }
    if (atHigh == 0) {
      return high;
    }
    if (!(atLow * atHigh < 0)) {
      return Double.NaN;
    }
    return new BrentSolver(ACCURACY, ACCURACY, 0).solve(EVALUATIONS, f::applyAsDouble, low, high);
  }

  /** Logarithm of a probability, kept finite so that a bracket may reach where the probability underflows. */
  static double log(double probability) {
    return probability > 0 ? StrictMath.log(probability) : -1e4;
  }
}
