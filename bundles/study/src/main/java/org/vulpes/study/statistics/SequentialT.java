package org.vulpes.study.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One-sided t tests of a mean that are looked at several times, with alpha spent by look. Exact for any number of pairs: the usual way, taking
 * the boundaries of a normal statistic and comparing levels, gave 3 to 22 % too many false alarms when measured at looks from 2 to 6 pairs.
 *
 * <p>Without an effect the t statistics t(2), t(3), … are a Markov chain. With S the sum and Q the sum of squares of n values, u = S / √(n Q)
 * tells t and is independent of Q, and one value more turns it by an angle whose tangent times √n follows Student's t with n degrees of
 * freedom: u' = √(n/(n+1)) u cos ψ + √(1/(n+1)) sin ψ. So the paths that have not crossed are carried from look to look as masses in bins of
 * t that are equally wide on the normal scale: 280 of them find a level to half a percent of
 * itself. From {@value #MANY} pairs on the chain is taken as that of a normal statistic.
 *
 * <p>{@link #p} is the smallest level at which a boundary would have been crossed by now (Liu and Anderson 2008): it may be compared with any
 * alpha, or adjusted over a family, as a p-value of a single look may.
 */
public final class SequentialT {
  /** Pairs from which on t is as good as normal: from here a step would move no boundary by a thousandth of its level. */
  private static final int MANY = 60;
  /** Bins lie between ± this many standard deviations on the normal scale, the outermost ones reach to infinity. */
  private static final double FAR = 7;
  private static final int BINS = 280;
  /** Above this level a boundary need not grow with the level any more, and nobody decides there. */
  private static final double HIGHEST = 0.3;
  private static final double LOWEST = 1e-12;
  private static final int LEVELS = 160;

  private static final double[] EDGES = IntStream.rangeClosed(0, BINS).mapToDouble(i -> i == 0 ? Double.NEGATIVE_INFINITY
      : i == BINS ? Double.POSITIVE_INFINITY : FAR * (2.0 * i / BINS - 1)).toArray();
  /** P(Z &gt; edge): the level that a boundary at the edge has. */
  private static final double[] TAILS = Arrays.stream(EDGES).map(Normal.STANDARD::upper).toArray();

  private final double[] information;
  private final Spending spending;
  /** Masses by bin from look k-1 to look k. */
  private final double[][][] transitions;
  /** One look with all there is: the level of the test is its p. */
  private final boolean plain;
  private final double[] logLevels;
  private final double[][] logBoundaries;

  /**
   * @param pairs at each look, rising, from 2
   * @param information shares of what was planned at each look, rising; 1 at the last one planned
   */
  public SequentialT(int[] pairs, double[] information, Spending spending) {
    if (pairs.length == 0 || pairs.length != information.length || pairs[0] < 2) {
      throw new IllegalArgumentException("Looks need at least 2 pairs each and one share of information each, not " + Arrays.toString(pairs) + ".");
    }
    this.information = information.clone();
    this.spending = spending;
    transitions = new double[pairs.length][][];
    for (int k = 1; k < pairs.length; k++) {
      if (pairs[k] <= pairs[k - 1] || information[k] <= information[k - 1]) {
        throw new IllegalArgumentException("Looks must rise, not " + Arrays.toString(pairs) + ".");
      }
      transitions[k] = between(pairs[k - 1], pairs[k]);
    }
    plain = pairs.length == 1 && information[0] >= 1;
    logLevels = IntStream.range(0, LEVELS).mapToDouble(i -> StrictMath.log(LOWEST) + (StrictMath.log(HIGHEST) - StrictMath.log(LOWEST)) * i / (LEVELS - 1)).toArray();
    logBoundaries = new double[pairs.length][LEVELS];
    for (int i = 0; !plain && i < LEVELS; i++) {
      double[] b = boundaries(StrictMath.exp(logLevels[i]));
      for (int k = 0; k < b.length; k++) {
        logBoundaries[k][i] = Root.log(b[k]);
      }
    }
  }

  /** The one-sided level of the t test at each look at which a study that spends {@code alpha} stops. */
  public double[] boundaries(double alpha) {
    double[] levels = new double[information.length];
    double[] mass = null;
    double before = 0;
    for (int k = 0; k < levels.length; k++) {
      mass = k == 0 ? start() : times(mass, transitions[k]);
      double spent = spending.spent(alpha, information[k]);
      levels[k] = cut(mass, spent - before);
      before = spent;
    }
    return levels;
  }

  private static double[] start() {
    double[] mass = new double[BINS];
    Arrays.setAll(mass, i -> TAILS[i] - TAILS[i + 1]);
    return mass;
  }

  /** Takes the uppermost paths that weigh {@code share} away. @return the level of the boundary that does it */
  private static double cut(double[] mass, double share) {
    double left = share;
    for (int i = BINS - 1; i >= 0; i--) {
      if (mass[i] >= left) {
        double part = mass[i] > 0 ? left / mass[i] : 0;
        mass[i] -= left;
        return TAILS[i + 1] + part * (TAILS[i] - TAILS[i + 1]);
      }
      left -= mass[i];
      mass[i] = 0;
    }
    return 1;
  }

  private static double[] times(double[] mass, double[][] step) {
    double[] next = new double[BINS];
    for (int i = 0; i < BINS; i++) {
      if (mass[i] > 0) {
        for (int j = 0; j < BINS; j++) {
          next[j] += mass[i] * step[i][j];
        }
      }
    }
    return next;
  }

  private static double[][] between(int from, int to) {
    double[][] all = null;
    int n = from;
    while (n < to) {
      int next = n < MANY ? n + 1 : to;
      double[][] step = n < MANY ? turn(n) : normal(n, next);
      if (all == null) {
        all = step;
      } else {
        for (int i = 0; i < BINS; i++) {
          all[i] = times(all[i], step);
        }
      }
      n = next;
    }
    return all;
  }

  /** From n pairs to n + 1, exactly. */
  private static double[][] turn(int n) {
    double[] at = IntStream.range(0, BINS).mapToDouble(i -> direction(middle(i), n)).toArray();
    double[] edge = Arrays.stream(TAILS).map(p -> direction(p, n + 1)).toArray();
    double scale = StrictMath.sqrt(n / (n + 1.0));
    double weight = StrictMath.sqrt(1 / (n + 1.0));
    var angle = new Angle(n);
    double[][] step = new double[BINS][BINS];
    for (int i = 0; i < BINS; i++) {
      // u' = r cos(ψ - ψ0) is above an edge where ψ is within acos(edge / r) of ψ0.
      double r = StrictMath.hypot(scale * at[i], weight);
      double centre = StrictMath.atan2(weight, scale * at[i]);
      double below = 1;
      for (int j = 0; j < BINS; j++) {
        double half = edge[j + 1] <= -r ? Math.PI : edge[j + 1] >= r ? 0 : StrictMath.acos(edge[j + 1] / r);
        double above = angle.lower(centre + half) - angle.lower(centre - half);
        step[i][j] = Math.max(0, below - above);
        below = above;
      }
    }
    return step;
  }

  /** Between many pairs: z' is normal around z √(n/n'). */
  private static double[][] normal(int n, int next) {
    double keep = StrictMath.sqrt((double) n / next);
    double sd = StrictMath.sqrt(1 - (double) n / next);
    double[][] step = new double[BINS][BINS];
    for (int i = 0; i < BINS; i++) {
      double centre = keep * Normal.STANDARD.upperQuantile(middle(i));
      for (int j = 0; j < BINS; j++) {
        step[i][j] = Math.max(0, Normal.STANDARD.upper((EDGES[j] - centre) / sd) - Normal.STANDARD.upper((EDGES[j + 1] - centre) / sd));
      }
    }
    return step;
  }

  /** Level of the point that stands for a bin. */
  private static double middle(int bin) {
    double outer = FAR * (1 + 1.0 / BINS);
    return Normal.STANDARD.upper(bin == 0 ? -outer : bin == BINS - 1 ? outer : 0.5 * (EDGES[bin] + EDGES[bin + 1]));
  }

  /** u = S / √(n Q) at which the t test of n pairs has this level. */
  private static double direction(double level, int n) {
    if (level <= 0 || level >= 1) {
      return level <= 0 ? 1 : -1;
    }
    double t = new StudentT(n - 1).upperQuantile(level);
    return t / StrictMath.sqrt(t * t + n - 1);
  }

  /** The angle ψ by which a value more turns the direction of n: its density is proportional to cos^(n-1) on (-π/2, π/2). */
  private record Angle(int n, double whole) {
    Angle(int n) {
      this(n, integral(n - 1, 0.5 * Math.PI) - integral(n - 1, -0.5 * Math.PI));
    }

    double lower(double psi) {
      return psi <= -0.5 * Math.PI ? 0 : psi >= 0.5 * Math.PI ? 1 : (integral(n - 1, psi) - integral(n - 1, -0.5 * Math.PI)) / whole;
    }

    /** ∫ cos^k by the usual reduction, up to a constant. */
    private static double integral(int k, double x) {
      double sin = StrictMath.sin(x);
      double cos = StrictMath.cos(x);
      double sum = k % 2 == 0 ? x : sin;
      double power = k % 2 == 0 ? cos : cos * cos;
      for (int j = k % 2 == 0 ? 2 : 3; j <= k; j += 2) {
        sum = (power * sin + (j - 1) * sum) / j;
        power *= cos * cos;
      }
      return sum;
    }
  }

  /**
   * The p-value of all looks so far together.
   *
   * @param level one-sided p of the t test at each look
   * @return at least 0.3 when no boundary of a lower level was crossed: how far above does not matter
   */
  public double p(double[] level) {
    double smallest = 1;
    for (int k = 0; k < level.length; k++) {
      smallest = Math.min(smallest, overall(level[k], k));
    }
    return smallest;
  }

  /** The alpha whose boundary at look k has this level, between those of the table on logarithmic axes. */
  private double overall(double level, int k) {
    if (plain) {
      return level;
    }
    double y = Root.log(level);
    double[] b = logBoundaries[k];
    if (y <= b[0]) {
      return LOWEST;
    }
    if (y > b[LEVELS - 1]) {
      return Math.max(HIGHEST, level);
    }
    int high = 1;
    while (b[high] < y) {
      high++;
    }
    double share = (y - b[high - 1]) / (b[high] - b[high - 1]);
    return StrictMath.exp(logLevels[high - 1] + share * (logLevels[high] - logLevels[high - 1]));
  }
}
