package org.vulpes.study.matching;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.vulpes.study.matching.Proportions.Range;

/**
 * Finds the dimensions at which a quantity (parameters, FLOPs) comes nearest to a target. The coarse dimensions, layers and width, are searched
 * through; the finest free one (inner width before width before layers) takes the remainder.
 *
 * <p>Which of many solutions: of those whose proportions are within a factor 1.25 of the wanted ones the nearest to the target, and of equally
 * near ones the one with the nearer proportions; when none of them is near enough, the same within a factor 1.5, 2 and at last 4.
 *
 * <p>The quantity is asked for exactly and may be anything that grows with every dimension.
 */
final class Solver {
  private static final double[] BANDS = {1.25, 1.5, 2, 4};
  /** A width this many times the one given is no variant of the same model any more. */
  private static final int WIDEST = 16;
  private static final int MOST_FFN = 1 << 24;
  private static final int MOST_LAYERS = 4096;
  /** When so many dimensions were refused and none was legal, it is not the dimensions that are wrong. */
  private static final int MOST_REFUSED = 512;

  /** Ends a search in which nothing is legal: there may be millions of dimensions left to refuse. */
  private static final class NothingLegal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NothingLegal() {
      super(null, null, false, false);
    }
  }

  /** The exact quantity at these dimensions; empty when no model has them. */
  @FunctionalInterface
  interface Measure {
    OptionalDouble at(Dimensions d);
  }

  /**
   * @param start dimensions before; those that are not free stay
   * @param step widths and inner widths are multiples of; layers have the step 1
   * @param wanted proportions
   * @param allowed relative distance from the target that is near enough
   */
  record Problem(Dimensions start, Set<Dimension> free, Map<Dimension, Integer> step, Proportions wanted, double target, double allowed) {}

  /** @param value of the quantity there */
  record Solution(Dimensions dimensions, double value) {}

  private final Problem problem;
  private final Measure measure;
  private final Map<Dimensions, OptionalDouble> known = new HashMap<>();
  private final Dimension finest;
  private boolean legal;
  private Solution best;

  private Solver(Problem problem, Measure measure) {
    this.problem = problem;
    this.measure = measure;
    finest = free(Dimension.FFN) ? Dimension.FFN : free(Dimension.WIDTH) ? Dimension.WIDTH : Dimension.LAYERS;
  }

  /** The best solution, also when it is not near enough; null when no dimensions are legal. */
  static Solution solve(Problem problem, Measure measure) {
    try {
      return new Solver(problem, measure).solve();
    } catch (NothingLegal e) {
      return null;
    }
  }

  private Solution solve() {
    boolean proportioned = Proportions.keepsFfn(problem.free) || Proportions.keepsAspect(problem.free);
    Solution nearest = null;
    for (double band : proportioned ? BANDS : new double[] {Double.POSITIVE_INFINITY}) {
      best = null;
      search(band);
      Solution s = best;
      if (s != null && (nearest == null || off(s) < off(nearest))) nearest = s;
      if (s != null && off(s) <= problem.allowed * problem.target) return s;
    }
    return nearest;
  }

  private boolean free(Dimension d) {
    return problem.free.contains(d);
  }

  private int step(Dimension d) {
    return d == Dimension.LAYERS ? 1 : problem.step.get(d);
  }

  private OptionalDouble at(Dimensions d) {
    if (!legal && known.size() >= MOST_REFUSED) throw new NothingLegal();
    OptionalDouble v = known.computeIfAbsent(d, measure::at);
    legal |= v.isPresent();
    return v;
  }

  private double off(Solution s) {
    return Math.abs(s.value - problem.target);
  }

  private void offer(Dimensions d) {
    OptionalDouble v = at(d);
    if (v.isEmpty()) return;
    var s = new Solution(d, v.getAsDouble());
    if (best == null || off(s) < off(best) || off(s) == off(best) && distance(s) < distance(best)) best = s;
  }

  private double distance(Solution s) {
    return problem.wanted.distance(s.dimensions, problem.free);
  }

  private void search(double band) {
    if (!free(Dimension.LAYERS) || finest == Dimension.LAYERS) {
      widths(problem.start, band);
      return;
    }
    for (int layers = 1; layers <= MOST_LAYERS; layers++) {
      Dimensions here = problem.start.with(Dimension.LAYERS, layers);
      widths(here, band);
      OptionalDouble smallest = smallest(here, band);
      // More blocks only lead away from the target.
      if (smallest.isPresent() && smallest.getAsDouble() >= problem.target) return;
    }
  }

  /** The least that is possible with this number of blocks. */
  private OptionalDouble smallest(Dimensions here, double band) {
    if (!free(Dimension.WIDTH)) return edge(here, band, false);
    Range range = range(Dimension.WIDTH, here, band);
    var bottom = new Monotone(i -> edge(width(here, i), band, false));
    OptionalInt first = bottom.next(range.from(), range.to());
    return first.isPresent() ? bottom.at().apply(first.getAsInt()) : OptionalDouble.empty();
  }

  private Dimensions width(Dimensions here, int factor) {
    return here.with(Dimension.WIDTH, factor * step(Dimension.WIDTH));
  }

  /** With the smallest or the largest inner width that the band allows; as it is when the inner width is not free. */
  private OptionalDouble edge(Dimensions here, double band, boolean largest) {
    if (!free(Dimension.FFN)) return at(here);
    Range range = range(Dimension.FFN, here, band);
    if (range.from() > range.to()) return OptionalDouble.empty();
    return at(here.with(Dimension.FFN, (largest ? range.to() : range.from()) * step(Dimension.FFN)));
  }

  private void widths(Dimensions here, double band) {
    if (finest != Dimension.FFN || !free(Dimension.WIDTH)) {
      remainder(here, band);
      return;
    }
    Range range = range(Dimension.WIDTH, here, band);
    if (range.from() > range.to()) return;
    var largest = new Monotone(i -> edge(width(here, i), band, true));
    int top = top(largest, range, here.width() / step(Dimension.WIDTH));
    // Narrower ones fall short of the target with any inner width that is allowed; the widest of them falls short the least.
    int first = largest.reach(range.from(), top, problem.target).orElse(top + 1);
    largest.previous(range.from(), first - 1).ifPresent(i -> remainder(width(here, i), band));
    for (int i = first; i <= range.to(); i++) {
      Dimensions wide = width(here, i);
      remainder(wide, band);
      OptionalDouble smallest = edge(wide, band, false);
      if (smallest.isPresent() && smallest.getAsDouble() >= problem.target) return;
    }
  }

  /** The finest dimension goes to both sides of the target. */
  private void remainder(Dimensions here, double band) {
    Range range = range(finest, here, band);
    if (range.from() > range.to()) return;
    int step = step(finest);
    var quantity = new Monotone(i -> at(here.with(finest, i * step)));
    int top = top(quantity, range, here.get(finest) / step);
    int above = quantity.reach(range.from(), top, problem.target).orElse(top + 1);
    if (above <= top) offer(here.with(finest, above * step));
    quantity.previous(range.from(), above - 1).ifPresent(i -> offer(here.with(finest, i * step)));
  }

  /** A factor within the range that reaches the target, sought upwards from one near by so that no absurdly large model is ever built; else the range's end. */
  private int top(Monotone quantity, Range range, int near) {
    int top = Math.clamp(near, range.from(), range.to());
    while (top < range.to()) {
      OptionalInt legal = quantity.previous(range.from(), top);
      if (legal.isPresent() && quantity.value(legal.getAsInt()) >= problem.target) return top;
      top = (int) Math.min(2L * top, range.to());
    }
    return top;
  }

  private Range range(Dimension d, Dimensions here, double band) {
    return switch (d) {
      case FFN -> Proportions.keepsFfn(problem.free) ? Range.around(problem.wanted.ffnPerWidth() * here.width(), band, step(d)) : new Range(1, MOST_FFN / step(d));
      case WIDTH -> Proportions.keepsAspect(problem.free) ? Range.around(problem.wanted.widthPerLayer() * here.layers(), band, step(d))
          : new Range(1, Math.max(1, WIDEST * problem.start.width() / step(d)));
      case LAYERS -> new Range(1, MOST_LAYERS);
    };
  }
}
