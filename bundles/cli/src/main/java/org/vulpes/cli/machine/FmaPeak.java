package org.vulpes.cli.machine;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * How fast the processor multiplies and adds when nothing else holds it up: chains of fused multiply-adds in registers alone, on every thread
 * at once. The ceiling that matrix products are measured against. Touches the Vector API, an optional module: see {@link #available}.
 */
public final class FmaPeak {
  /** Chains that do not wait for each other: two units with a latency of four keep eight busy; twelve and two constants fit 16 registers. */
  private static final int CHAINS = 12;
  /** Iterations of a turn: half a millisecond, less than a scheduler's slice. */
  private static final int ITERATIONS = 100_000;
  /** Of a turn before: calls must be many for the JVM to compile them, and until then each costs some microseconds an iteration. */
  private static final int WARM_ITERATIONS = 100;
  private static final int WARM_TURNS = 40_000;

  private FmaPeak() {}

  public static boolean available() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /** The best of what short turns give, until {@code seconds} are over. @return FLOP/s of all threads together, a fused multiply-add counted as two */
  public static double measure(int threads, double seconds) {
    for (int i = 0; i < WARM_TURNS; i++) turn(WARM_ITERATIONS);
    try (var pool = Executors.newFixedThreadPool(threads)) {
      double best = 0;
      for (long end = System.nanoTime() + (long) (seconds * 1e9); System.nanoTime() < end; ) {
        var turns = new ArrayList<Future<Double>>();
        for (int t = 0; t < threads; t++) turns.add(pool.submit((Callable<Double>) () -> turn(ITERATIONS)));
        double sum = 0;
        for (var turn : turns) sum += turn.get();
        best = Math.max(best, sum);
      }
      return best;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the peak was measured", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** One thread's FLOP/s, by its own clock: another thread that starts late does not slow it. */
  private static double turn(int iterations) {
    long begin = System.nanoTime();
    float result = chains(iterations);
    double nanos = System.nanoTime() - begin;
    // The result must be used, or the loop is compiled away; every chain converges to 2.
    if (!(result > 0)) throw new IllegalStateException("the chains gave " + result);
    return 2.0 * CHAINS * FloatVector.SPECIES_PREFERRED.length() * iterations / nanos * 1e9;
  }

  private static float chains(int iterations) {
    VectorSpecies<Float> species = FloatVector.SPECIES_PREFERRED;
    FloatVector half = FloatVector.broadcast(species, 0.5f);
    FloatVector one = FloatVector.broadcast(species, 1);
    FloatVector a = one, b = one, c = one, d = one, e = one, f = one, g = one, h = one, i = one, j = one, k = one, l = one;
    for (int n = 0; n < iterations; n++) {
      a = a.fma(half, one);
      b = b.fma(half, one);
      c = c.fma(half, one);
      d = d.fma(half, one);
      e = e.fma(half, one);
      f = f.fma(half, one);
      g = g.fma(half, one);
      h = h.fma(half, one);
      i = i.fma(half, one);
      j = j.fma(half, one);
      k = k.fma(half, one);
      l = l.fma(half, one);
    }
    return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l).lane(0);
  }
}
