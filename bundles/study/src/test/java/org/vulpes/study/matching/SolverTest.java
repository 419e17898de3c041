package org.vulpes.study.matching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import org.vulpes.study.matching.Solver.Problem;
import org.vulpes.study.matching.Solver.Solution;

/** The solver against an enumeration of all dimensions, on quantities like those of a decoder. */
class SolverTest {
  /** Blocks of attention, gated inner layer and norms, and a tied table; widths must give each of the heads an even size. */
  private record Sizes(int heads, double attention, int vocabulary) implements Solver.Measure {
    @Override
    public OptionalDouble at(Dimensions d) {
      if (d.width() % (2 * heads) != 0) return OptionalDouble.empty();
      double w = d.width();
      return OptionalDouble.of(d.layers() * (Math.floor(attention * w * w) + 3 * w * d.ffn() + 2 * w) + w + vocabulary * w);
    }
  }

  @Property(tries = 50)
  void findsWhatAnEnumerationOfAllDimensionsFinds(@ForAll @NotEmpty Set<Dimension> free, @ForAll @IntRange(min = 1, max = 3) int heads,
      @ForAll @IntRange(min = 2, max = 5) int headPairs, @ForAll @IntRange(min = 1, max = 8) int layers, @ForAll @IntRange(min = 1, max = 8) int newLayers,
      @ForAll @IntRange(min = 8, max = 16) int ffn, @ForAll @IntRange(min = 1, max = 3) int step, @ForAll @IntRange(min = 0, max = 300) int vocabulary,
      @ForAll @IntRange(min = 1, max = 16) int kv) {
    int width = 2 * heads * headPairs;
    var base = new Dimensions(width, ffn * step, layers);
    double target = new Sizes(heads, 2.5, vocabulary).at(base).orElseThrow();
    var start = new Dimensions(width, ffn * step, free.contains(Dimension.LAYERS) ? layers : newLayers);
    var problem = new Problem(start, free, Map.of(Dimension.WIDTH, 2, Dimension.FFN, step), new Proportions((double) ffn * step / width, (double) width / layers), target, 0.01);
    var measure = new Sizes(heads, 2 + kv / 4.0, vocabulary);
    Solution found = Solver.solve(problem, measure);
    Solution best = enumerated(problem, measure);
    assertNotNull(found);
    assertEquals(measure.at(found.dimensions()).orElseThrow(), found.value());
    assertEquals(Math.abs(best.value() - target), Math.abs(found.value() - target), () -> found + " but " + best + " for " + problem);
    assertEquals(problem.wanted().distance(best.dimensions(), free), problem.wanted().distance(found.dimensions(), free), 1e-12, () -> found + " but " + best + " for " + problem);
    for (Dimension d : Dimension.values()) {
      if (!free.contains(d)) assertEquals(start.get(d), found.dimensions().get(d));
    }
    assertEquals(0, found.dimensions().ffn() % step);
  }

  /** By the rule as it is written down, over everything. */
  private static Solution enumerated(Problem p, Solver.Measure measure) {
    double[] bands = p.free().size() > 1 ? new double[] {1.25, 1.5, 2, 4} : new double[] {Double.POSITIVE_INFINITY};
    var best = new Solution[bands.length];
    int step = p.step().get(Dimension.FFN);
    for (int layers : p.free().contains(Dimension.LAYERS) ? to(64) : List.of(p.start().layers())) {
      for (int w : p.free().contains(Dimension.WIDTH) ? to(16 * p.start().width()) : List.of(p.start().width())) {
        if (w % 2 != 0 || measure.at(new Dimensions(w, 1, layers)).isEmpty()) continue;
        int most = p.free().size() == 1 ? 4000 : (int) (4.001 * p.wanted().ffnPerWidth() * w);
        for (int f : p.free().contains(Dimension.FFN) ? to(most / step).stream().map(i -> i * step).toList() : List.of(p.start().ffn())) {
          var s = new Solution(new Dimensions(w, f, layers), measure.at(new Dimensions(w, f, layers)).orElseThrow());
          // The narrowest band's is the farthest of the best: what is farther still is best in none.
          if (best[0] != null && Math.abs(s.value() - p.target()) > Math.abs(best[0].value() - p.target())) continue;
          double distance = p.wanted().distance(s.dimensions(), p.free());
          for (int i = 0; i < bands.length; i++) if (distance <= Math.log(bands[i]) + 1e-9 && nearer(p, s, best[i])) best[i] = s;
        }
      }
    }
    for (Solution s : best) if (s != null && Math.abs(s.value() - p.target()) <= 0.01 * p.target()) return s;
    return best[bands.length - 1];
  }

  private static boolean nearer(Problem p, Solution s, Solution than) {
    if (than == null) return true;
    int order = Double.compare(Math.abs(s.value() - p.target()), Math.abs(than.value() - p.target()));
    return order < 0 || order == 0 && p.wanted().distance(s.dimensions(), p.free()) < p.wanted().distance(than.dimensions(), p.free());
  }

  private static List<Integer> to(int n) {
    return java.util.stream.IntStream.rangeClosed(1, n).boxed().toList();
  }

  @Test
  void aFewQuestionsSuffice() {
    var asked = new AtomicInteger();
    var sizes = new Sizes(16, 2.5, 256_000);
    double target = sizes.at(new Dimensions(2048, 4096, 32)).orElseThrow();
    Solver.Measure counting = d -> {
      asked.incrementAndGet();
      return new Sizes(16, 4, 256_000).at(d);
    };
    var problem = new Problem(new Dimensions(2048, 4096, 32), EnumSet.of(Dimension.FFN), Map.of(Dimension.WIDTH, 32, Dimension.FFN, 64), new Proportions(2, 64), target, 0.01);
    assertEquals(new Dimensions(2048, 3072, 32), Solver.solve(problem, counting).dimensions());
    // Each may take a second, when FLOPs are matched.
    assertTrue(asked.get() <= 5, asked + " questions");
  }

  @Test
  void aShallowVariantKeepsItsProportions() {
    var sizes = new Sizes(8, 2.5, 0);
    double target = sizes.at(new Dimensions(128, 256, 8)).orElseThrow();
    var problem = new Problem(new Dimensions(128, 256, 3), EnumSet.of(Dimension.WIDTH, Dimension.FFN), Map.of(Dimension.WIDTH, 2, Dimension.FFN, 4), new Proportions(2, 16), target, 0.01);
    // By hand: width 208 leaves 422.2 for the inner layer, of which 424 is 3,376 parameters too many.
    assertEquals(new Solution(new Dimensions(208, 424, 3), 1_119_664), Solver.solve(problem, sizes));
  }

  @Test
  void noLegalDimensionsAreNoSolution() {
    var problem = new Problem(new Dimensions(128, 256, 3), EnumSet.allOf(Dimension.class), Map.of(Dimension.WIDTH, 2, Dimension.FFN, 4), new Proportions(2, 16), 1e6, 0.01);
    assertNull(Solver.solve(problem, d -> OptionalDouble.empty()));
  }
}
