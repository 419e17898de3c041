package org.vulpes.study.statistics;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;

/**
 * Boundaries for a normal statistic that is looked at several times, by integrating the density of the paths that have not crossed yet from
 * look to look (Armitage, McPherson and Rowe 1969). What holds for a known variance, and in the limit of many pairs; {@link SequentialT} holds
 * for few.
 */
public final class GroupSequential {
  /** 80 nodes leave less than 1e-12 of the crossing probabilities that statistics ask for. */
  private static final GaussIntegrator RULE = new GaussIntegratorFactory().legendre(80);
  /** Below this many standard deviations a path has no weight left. */
  private static final double FAR = 9;

  private GroupSequential() {}

  /**
   * P(the first crossing is at look k) without an effect, for each k.
   *
   * @param z boundaries; crossed above, and if {@code twoSided} also below the negative
   * @param information shares of the whole, rising
   */
  public static double[] crossing(double[] z, double[] information, boolean twoSided) {
    int looks = z.length;
    double[] crossed = new double[looks];
    // The process is z √t: a Brownian motion at times t.
    Panel surviving = Panel.of(low(z[0], twoSided) * StrictMath.sqrt(information[0]), z[0] * StrictMath.sqrt(information[0]));
    double first = StrictMath.sqrt(information[0]);
    double[] density = surviving.each(x -> normalDensity(x / first) / first);
    crossed[0] = Normal.STANDARD.upper(z[0]) * (twoSided ? 2 : 1);
    for (int k = 1; k < looks; k++) {
      double step = StrictMath.sqrt(information[k] - information[k - 1]);
      double high = z[k] * StrictMath.sqrt(information[k]);
      double low = low(z[k], twoSided) * StrictMath.sqrt(information[k]);
      crossed[k] = surviving.sum(density, x -> Normal.STANDARD.upper((high - x) / step) + (twoSided ? Normal.STANDARD.lower((low - x) / step) : 0));
      Panel before = surviving;
      double[] weights = density;
      surviving = Panel.of(low, high);
      density = surviving.each(y -> before.sum(weights, x -> normalDensity((y - x) / step) / step));
    }
    return crossed;
  }

  private static double low(double z, boolean twoSided) {
    return twoSided ? -z : -FAR;
  }

  private static double normalDensity(double x) {
    return StrictMath.exp(-0.5 * x * x) / StrictMath.sqrt(2 * Math.PI);
  }

  /** The constant c for which boundaries c · shape(t) at {@code looks} equal steps of information hold {@code alpha}: 1/√t gives O'Brien and Fleming's, 1 Pocock's. */
  public static double constant(int looks, double alpha, boolean twoSided, DoubleUnaryOperator shape) {
    double[] information = equalSteps(looks);
    return Root.of(c -> alpha - Arrays.stream(crossing(Arrays.stream(information).map(t -> c * shape.applyAsDouble(t)).toArray(), information, twoSided)).sum(), 2.2, 0.5);
  }

  /** One-sided boundaries that spend {@code alpha} as the function says, at any shares of information. */
  public static double[] boundaries(double[] information, double alpha, Spending spending) {
    double[] z = new double[0];
    for (int k = 0; k < information.length; k++) {
      double spent = spending.spent(alpha, information[k]);
      double[] soFar = z;
      double[] until = Arrays.copyOf(information, k + 1);
      double guess = k == 0 ? Normal.STANDARD.upperQuantile(spent) : soFar[k - 1];
      double next = Root.of(b -> spent - Arrays.stream(crossing(append(soFar, b), until, false)).sum(), guess, 0.5);
      z = append(soFar, next);
    }
    return z;
  }

  /** Shares 1/k … 1. */
  public static double[] equalSteps(int looks) {
    double[] t = new double[looks];
    Arrays.setAll(t, k -> (k + 1.0) / looks);
    return t;
  }

  private static double[] append(double[] values, double last) {
    double[] longer = Arrays.copyOf(values, values.length + 1);
    longer[values.length] = last;
    return longer;
  }

  /** Gauss-Legendre nodes and weights on an interval. */
  private record Panel(double[] x, double[] w) {
    static Panel of(double low, double high) {
      int n = RULE.getNumberOfPoints();
      double[] x = new double[n];
      double[] w = new double[n];
      for (int i = 0; i < n; i++) {
        x[i] = 0.5 * (low + high) + 0.5 * (high - low) * RULE.getPoint(i);
        w[i] = 0.5 * (high - low) * RULE.getWeight(i);
      }
      return new Panel(x, w);
    }

    double[] each(DoubleUnaryOperator f) {
      return Arrays.stream(x).map(f).toArray();
    }

    double sum(double[] density, DoubleUnaryOperator f) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        sum += w[i] * density[i] * f.applyAsDouble(x[i]);
      }
      return sum;
    }
  }
}
