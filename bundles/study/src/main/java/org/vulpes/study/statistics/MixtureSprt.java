package org.vulpes.study.statistics;

/**
 * An always-valid test of a mean with known sd: the likelihood ratio of a normal mixture of alternatives against the null value, which may be
 * looked at after every observation (Robbins 1970; Johari, Pekelis and Walsh 2015). With an sd that was estimated from a few seeds the
 * guarantee does not hold, which is why verdicts do not rest on it.
 *
 * @param sigma known sd of one observation (of paired differences)
 * @param tau sd of the alternatives around the null value: about the size of the effects that are expected
 * @param nullMean the value that is tested
 */
public record MixtureSprt(double sigma, double tau, double nullMean) {

  /** Logarithm of the likelihood ratio after n observations; the ratio itself overflows under strong effects. */
  public double logRatio(int n, double mean) {
    double s2 = sigma * sigma;
    double t2 = tau * tau;
    double d = mean - nullMean;
    return 0.5 * StrictMath.log(s2 / (s2 + n * t2)) + (double) n * n * t2 * d * d / (2 * s2 * (s2 + n * t2));
  }

  /** p-values by look that hold at all looks together: they only fall. */
  public double[] p(int[] n, double[] means) {
    double[] p = new double[n.length];
    double smallest = 1;
    for (int k = 0; k < n.length; k++) {
      smallest = Math.min(smallest, StrictMath.exp(-logRatio(n[k], means[k])));
      p[k] = smallest;
    }
    return p;
  }

  /** Half the width of the confidence sequence at n observations: it covers the mean at all n together with probability 1 - alpha. */
  public double halfWidth(int n, double alpha) {
    double s2 = sigma * sigma;
    double t2 = tau * tau;
    return StrictMath.sqrt(s2 * (s2 + n * t2) / ((double) n * n * t2) * (2 * StrictMath.log(1 / alpha) + StrictMath.log((s2 + n * t2) / s2)));
  }
}
