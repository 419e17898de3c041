package org.vulpes.study.statistics;

import java.util.OptionalLong;

/**
 * Power, sample size and detectable difference of t tests, and the power of the paired equivalence test: what so many seeds can show
 * before any is run. {@code sd} is that of the differences in a paired design and of one arm in an unpaired one; n counts pairs, or
 * values per arm. Two-sided power counts rejections on both sides.
 */
public final class Power {
  /** How the two arms are compared. */
  public enum Design {
    PAIRED, UNPAIRED;

    double df(double n) {
      return this == PAIRED ? n - 1 : 2 * (n - 1);
    }

    /** Noncentrality of t when the true difference is {@code effect} standard deviations. */
    public double noncentrality(double n, double effect) {
      return StrictMath.sqrt(this == PAIRED ? n : 0.5 * n) * effect;
    }
  }

  /** More pairs than this nobody trains: a sample size above it has no number. */
  public static final long MOST_PAIRS = 1_000_000;

  private Power() {}

  /** P(the two-sided test at {@code alpha} rejects). */
  public static double twoSided(Design design, double n, double delta, double sd, double alpha) {
    double critical = new StudentT(design.df(n)).upperQuantile(0.5 * alpha);
    var t = alternative(design, n, Math.abs(delta), sd);
    return t.upper(critical) + t.lower(-critical);
  }

  /** P(the two-sided test at {@code alpha} rejects in the direction of the true difference). */
  public static double rightDirection(Design design, double n, double delta, double sd, double alpha) {
    return alternative(design, n, Math.abs(delta), sd).upper(new StudentT(design.df(n)).upperQuantile(0.5 * alpha));
  }

  /** P(the one-sided test of a positive difference at {@code alpha} rejects). */
  public static double oneSided(Design design, double n, double delta, double sd, double alpha) {
    return alternative(design, n, delta, sd).upper(new StudentT(design.df(n)).upperQuantile(alpha));
  }

  /** The real-valued n at which the two-sided test reaches {@code power}; its ceiling is the sample size. Infinite for delta = 0. */
  public static double sampleSize(Design design, double delta, double sd, double alpha, double power) {
    if (delta == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double effect = Math.abs(delta) / sd;
    double normal = normalNoncentrality(alpha, power) / effect;
    double guess = StrictMath.log(1 + normal * normal * (design == Design.PAIRED ? 1 : 2));
    return 1 + StrictMath.exp(Root.of(y -> twoSided(design, 1 + StrictMath.exp(y), effect, 1, alpha) - power, guess, 0.2));
  }

  /** The difference that the two-sided test finds with probability {@code power}, {@code power} above {@code alpha}. */
  public static double detectableDifference(Design design, double n, double alpha, double power, double sd) {
    if (!(n > 1)) {
      return Double.NaN;
    }
    // ncp is about t(1 - alpha/2) + z(power), with a wider t for few seeds
    double start = new StudentT(design.df(n)).upperQuantile(0.5 * alpha) + 1;
    double guess = StrictMath.log(start / design.noncentrality(n, 1));
    return sd * StrictMath.exp(Root.of(y -> twoSided(design, n, StrictMath.exp(y), 1, alpha) - power, guess, 0.2));
  }

  /**
   * The paired difference that n seeds find with probability {@code power} when differences vary by {@code sd}. For one comparison out of
   * a family of m pass alpha / m: what Holm's first step asks, so the promise holds for every comparison. NaN below two seeds.
   */
  public static double detectableDifference(int n, double alpha, double power, double sd) {
    return detectableDifference(Design.PAIRED, n, alpha, power, sd);
  }

  /**
   * P(both one-sided paired tests reject at {@code alpha}), that is, a difference of {@code theta} is found to lie within
   * &plusmn;{@code delta}: exact, the expectation over the sample sd of what the normal mean does.
   */
  public static double equivalence(double n, double delta, double theta, double sd, double alpha) {
    double critical = new StudentT(n - 1).upperQuantile(alpha);
    double root = StrictMath.sqrt(n);
    double bound = root * delta / sd;
    double shift = root * theta / sd;
    var chi = new ScaledChi(n - 1);
    // Above this sample sd no mean can be declared equivalent.
    double end = Math.min(chi.high(), StrictMath.log(bound / critical));
    double width = chi.width();
    return Quadrature.integrate(u -> {
      double half = bound - critical * StrictMath.exp(u);
      return (Normal.STANDARD.lower(half - shift) - Normal.STANDARD.lower(-half - shift)) * chi.density(u);
    }, chi.low(), end, -8 * width, -3 * width, 0, 3 * width, 8 * width, end - width, end - 0.1 * width);
  }

  /**
   * The fewest pairs with which the two-sided paired test finds a difference of {@code delta} with probability {@code power}, at least 2; empty
   * above {@link #MOST_PAIRS}.
   */
  public static OptionalLong differenceSampleSize(double delta, double sd, double alpha, double power) {
    if (twoSided(Design.PAIRED, MOST_PAIRS, delta, sd, alpha) < power) {
      return OptionalLong.empty();
    }
    // Where two pairs are more than enough there is nothing to solve for.
    return OptionalLong.of(twoSided(Design.PAIRED, 2, delta, sd, alpha) >= power ? 2 : (long) Math.ceil(sampleSize(Design.PAIRED, delta, sd, alpha, power)));
  }

  /**
   * The fewest pairs with which two arms that are truly equal are found equivalent within &plusmn;{@code delta} with probability {@code power};
   * {@code sd} is that of the differences. Empty above {@link #MOST_PAIRS}.
   */
  public static OptionalLong equivalenceSampleSize(double delta, double sd, double alpha, double power) {
    if (equivalence(MOST_PAIRS, delta, 0, sd, alpha) < power) {
      return OptionalLong.empty();
    }
    long enough = 2;
    while (equivalence(enough, delta, 0, sd, alpha) < power) enough *= 2;
    long tooFew = enough / 2;
    while (enough - tooFew > 1) {
      long middle = (enough + tooFew) / 2;
      if (equivalence(middle, delta, 0, sd, alpha) < power) {
        tooFew = middle;
      } else {
        enough = middle;
      }
    }
    return OptionalLong.of(enough);
  }

  /**
   * P(the two-sided paired t test at {@code alpha} rejects, or the equivalence test within &plusmn;{@code delta} at {@code alpha} does, or
   * both) at a true difference {@code theta}: the chance that n seeds give an answer at all.
   */
  public static double decision(double n, double delta, double theta, double sd, double alpha) {
    var t = new StudentT(n - 1);
    double different = t.upperQuantile(0.5 * alpha);
    double equivalent = t.upperQuantile(alpha);
    double root = StrictMath.sqrt(n);
    double bound = root * delta / sd;
    double shift = root * theta / sd;
    var chi = new ScaledChi(n - 1);
    // Up to the first sample sd every mean gets an answer; above the second none can be called equivalent.
    double always = StrictMath.log(bound / (different + equivalent));
    double never = StrictMath.log(bound / equivalent);
    double width = chi.width();
    return Quadrature.integrate(u -> {
      if (u <= always) {
        return chi.density(u);
      }
      double outside = different * StrictMath.exp(u);
      double inside = bound - equivalent * StrictMath.exp(u);
      double p = Normal.STANDARD.upper(outside - shift) + Normal.STANDARD.lower(-outside - shift);
      if (inside > 0) {
        p += Normal.STANDARD.lower(inside - shift) - Normal.STANDARD.lower(-inside - shift);
      }
      return p * chi.density(u);
    }, chi.low(), chi.high(), -8 * width, -3 * width, 0, 3 * width, 8 * width, always, never);
  }

  private static NoncentralT alternative(Design design, double n, double delta, double sd) {
    return new NoncentralT(design.df(n), design.noncentrality(n, delta / sd));
  }

  private static double normalNoncentrality(double alpha, double power) {
    return Math.max(0.1, Normal.STANDARD.upperQuantile(0.5 * alpha) + Normal.STANDARD.quantile(power));
  }
}
