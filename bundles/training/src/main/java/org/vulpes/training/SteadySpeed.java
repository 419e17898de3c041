package org.vulpes.training;

import java.util.function.DoubleSupplier;

/**
 * The speed that something reaches once its code is compiled: the JVM interprets first and compiles in steps, so that a device of Java code is up to ten times slower in its first
 * half second, while one with a driver is not. Comparing them earlier compares compilers.
 */
public final class SteadySpeed {
  /** It has settled when it has not got faster for so long. */
  private static final long CALM = 700_000_000L;
  private static final long MOST = 10_000_000_000L;
  /** What counts as faster. */
  private static final double GAIN = 0.97;

  private SteadySpeed() {}

  /** @param run does it once and gives the seconds that it took @return the best of them, when no better ones come any more; after ten seconds in any case */
  public static double seconds(DoubleSupplier run) {
    double best = Double.MAX_VALUE, reference = Double.MAX_VALUE;
    long began = System.nanoTime(), improved = began;
    for (int i = 0; i < 3 || System.nanoTime() - improved < CALM && System.nanoTime() - began < MOST; i++) {
      best = Math.min(best, run.getAsDouble());
      if (best > GAIN * reference) continue;
      reference = best;
      improved = System.nanoTime();
    }
    return best;
  }
}
