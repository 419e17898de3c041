package org.vulpes.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vulpes.compute.DType;
import org.vulpes.graph.operations.Lion;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.graph.operations.Pad;
import org.vulpes.graph.operations.Slice;
import org.vulpes.graph.reference.ReferenceRun;
import org.vulpes.slot.Random64;

/** Lowering of random graphs with random assignments: whatever passes run, the values are those of the plain program. */
class RandomGraphTest {
  private static final Axis ROWS = Axis.of("rows", 3);
  private static final Axis WIDTH = Axis.of("width", 3);
  private static final int VARIABLES = 5;

  @Test
  void everyCombinationOfPassesGivesTheValuesOfThePlainProgram() {
    int fused = 0, smaller = 0, direct = 0;
    for (long seed = 0; seed < 250; seed++) {
      String at = "seed " + seed;
      Graph g = graph(Random64.of(seed, "graph"));
      Recording plain = g.record("plain", Pass.NONE);
      Map<String, double[]> values = values(seed);
      Map<String, double[]> expected = ReferenceRun.once(plain, values);
      for (double[] x : expected.values()) for (double e : x) assertTrue(Double.isFinite(e), at + ": NaN would hide differences");
      for (int mask = 1; mask < 1 << Pass.values().length; mask++) {
        Set<Pass> passes = EnumSet.noneOf(Pass.class);
        for (Pass p : Pass.values()) if ((mask >> p.ordinal() & 1) == 1) passes.add(p);
        Recording r = g.record("passes", passes);
        ReferenceRun.once(r, values).forEach((name, got) -> assertArrayEquals(expected.get(name), got, 0, at + " " + passes + " " + name));
        assertTrue(r.program().arenaBytes() <= plain.program().arenaBytes());
      }
      Recording all = g.record("all");
      if (all.program().calls().stream().anyMatch(c -> c.accumulate())) fused++;
      if (all.program().arenaBytes() < plain.program().arenaBytes()) smaller++;
      if (copies(all) < copies(plain)) direct++;
    }
    // The passes must have had something to do.
    assertTrue(fused > 50 && smaller > 100 && direct > 100, fused + " fused, " + smaller + " smaller, " + direct + " written through");
  }

  private static long copies(Recording r) {
    return r.program().calls().stream().filter(c -> c.label().equals("assign")).count();
  }

  private static Map<String, double[]> values(long seed) {
    var values = new HashMap<String, double[]>();
    for (int v = 0; v < VARIABLES; v++) {
      double[] x = new double[9];
      for (int i = 0; i < x.length; i++) x[i] = Random64.of(seed, "values").normal(9 * v + i);
      values.put("v" + v, x);
    }
    double[] hyper = {0.01, 0.9, 0.99, 0, 0.1, 0, 0, 0};
    values.put("hyper", hyper);
    values.put("factor", new double[] {0.5});
    values.put("weight", new double[] {1, -0.5, 0.25});
    return values;
  }

  private static Graph graph(Random64 random) {
    var g = new Graph();
    var pool = new ArrayList<Tensor>();
    var variables = new ArrayList<Tensor>();
    for (int v = 0; v < VARIABLES; v++) variables.add(g.variable("v" + v, DType.F32, ROWS, WIDTH));
    pool.addAll(variables);
    Tensor hyper = g.variable("hyper", DType.F32, Axis.of("hyper", 8)), factor = g.variable("factor", DType.F32, Axis.of("one", 1));
    Tensor weight = g.variable("weight", DType.F32, WIDTH);
    long c = 0;
    int steps = 4 + (int) random.below(c++, 14);
    for (int i = 0; i < steps; i++) {
      Tensor a = pick(pool, random, c++), b = pick(pool, random, c++), d = pick(pool, random, c++);
      switch ((int) random.below(c++, 11)) {
        case 0, 1, 2 -> pool.add(g.scale(g.add(a, b), 0.5));
        case 3 -> pool.add(g.add(a, g.scale(b, 0.25)));
        case 4 -> pool.add(g.add(g.one(new MatMul(false, true), a, b), d));
        case 5 -> pool.add(g.rmsNorm(g.multiply(a, b), weight, 1e-3, false));
        case 6 -> pool.addAll(g.apply(new Lion(true), a, b, d, factor, hyper));
        case 7 -> pool.add(g.one(new Pad(1, 3), g.one(new Slice(0, 2), a)));
        case 8 -> pool.add(g.reshape(g.reshape(a, Axis.of("all", 9)), ROWS, WIDTH));
        case 9 -> pool.add(g.one(new MatMul(true, false), a, b));
        default -> pool.add(g.add(a, b));
      }
    }
    for (Tensor v : variables) if (random.uniform(c++) < 0.7) g.assign(v, pick(pool, random, c++));
    return g;
  }

  /** Late tensors more often: long chains. */
  private static Tensor pick(List<Tensor> pool, Random64 random, long counter) {
    double u = random.uniform(counter);
    return pool.get((int) (Math.sqrt(u) * pool.size()));
  }
}
