package org.vulpes.study.statistics;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The t statistics t(2), t(3), … of growing samples without an effect, which are a Markov chain. With S the sum and Q the sum of squares of n
 * values, u = S / √(n Q) tells t and is independent of Q, and one value more turns it by an angle whose tangent times √n follows Student's t
 * with n degrees of freedom: u' = √(n/(n+1)) u cos ψ + √(1/(n+1)) sin ψ.
 *
 * <p>Paths are carried as masses in bins of t that are equally wide on the normal scale: 280 of them find a level to half a percent of itself.
 * From {@value #MANY} pairs on the chain is taken as that of a normal statistic. Steps are kept once they are worked out; safe for many threads.
 */
final class PairChain {
  /** Pairs from which on t is as good as normal: from here a step would move no boundary by a hundredth of its level. */
  private static final int MANY = 60;
  /** Bins lie between ± this many standard deviations on the normal scale, the outermost ones reach to infinity. */
  private static final double FAR = 7;
  private static final int BINS = 280;
  private static final double[] EDGES = IntStream.rangeClosed(0, BINS).mapToDouble(i -> i == 0 ? Double.NEGATIVE_INFINITY
      : i == BINS ? Double.POSITIVE_INFINITY : FAR * (2.0 * i / BINS - 1)).toArray();
  /** P(Z &gt; edge): the level that a boundary at the edge has. */
  private static final double[] TAILS = Arrays.stream(EDGES).map(Normal.STANDARD::upper).toArray();

  private record Step(int from, int to) {}

  private final Map<Step, double[][]> steps = new ConcurrentHashMap<>();

  /** Masses of a t statistic that was not looked at yet. */
  static double[] start() {
    double[] mass = new double[BINS];
    Arrays.setAll(mass, i -> TAILS[i] - TAILS[i + 1]);
    return mass;
  }

  /** Takes the uppermost paths that weigh {@code share} away. @return the level of the boundary that does it */
  static double cut(double[] mass, double share) {
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

  /** Masses at {@code to} pairs of the paths that had these at {@code from}. */
  double[] carry(double[] mass, int from, int to) {
    double[] at = mass;
    int n = from;
    for (; n < to && n < MANY; n++) {
      at = times(at, steps.computeIfAbsent(new Step(n, n + 1), s -> turn(s.from)));
    }
    return n < to ? times(at, steps.computeIfAbsent(new Step(n, to), s -> normal(s.from, s.to))) : at;
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
}
