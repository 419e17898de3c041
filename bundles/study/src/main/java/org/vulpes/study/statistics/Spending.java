package org.vulpes.study.statistics;

/**
 * How much of a one-sided alpha may be spent by the time a share of the planned information is in (Lan and DeMets 1983). Both spend all of it
 * at the last look.
 */
public enum Spending {
  /** 2 - 2 Φ(z / √t): hardly anything early, so that the last look is nearly the test that would have been made without looks. */
  OBRIEN_FLEMING("obrien-fleming") {
    @Override
    double ofShare(double alpha, double information) {
      return 2 * Normal.STANDARD.upper(Normal.STANDARD.upperQuantile(0.5 * alpha) / StrictMath.sqrt(information));
    }
  },
  /** α log(1 + (e - 1) t): about as much at every look; stops sooner, and pays for it at the last. */
  POCOCK("pocock") {
    @Override
    double ofShare(double alpha, double information) {
      return alpha * StrictMath.log1p((Math.E - 1) * information);
    }
  };

  private final String word;

  Spending(String word) {
    this.word = word;
  }

  /** As a configuration writes it. */
  public String word() {
    return word;
  }

  /** @throws IllegalArgumentException when there is none of this name */
  public static Spending of(String word) {
    for (Spending s : values()) {
      if (s.word.equals(word)) {
        return s;
      }
    }
    throw new IllegalArgumentException("There is no spending function '" + word + "'.");
  }

  /** Alpha spent when a share of the information is in, 0 … 1. */
  public double spent(double alpha, double information) {
    return information >= 1 ? alpha : information <= 0 ? 0 : ofShare(alpha, information);
  }

  abstract double ofShare(double alpha, double information);
}
