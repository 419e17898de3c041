package org.vulpes.study.matching;

import java.util.Set;

/**
 * The proportions that a solved variant should keep, so that it is a model somebody would build: a width of 136 with an inner layer of 9,000
 * may match to the last parameter and says nothing about depth.
 *
 * @param ffnPerWidth inner width over width
 * @param widthPerLayer width over number of blocks
 */
record Proportions(double ffnPerWidth, double widthPerLayer) {
  private static final double ROUNDING = 1e-9;

  /** Inner width over width can be chosen only when one of the coarse sizes is free beside it; alone, it takes what remains. */
  static boolean keepsFfn(Set<Dimension> free) {
    return free.contains(Dimension.FFN) && free.size() > 1;
  }

  /** Width over blocks is kept when both are free; an intervention that sets one of them has changed it already. */
  static boolean keepsAspect(Set<Dimension> free) {
    return free.contains(Dimension.WIDTH) && free.contains(Dimension.LAYERS);
  }

  /** How far the proportions that can be kept are from these: the largest |ln(ratio / wanted ratio)|; 0 when none can be kept. */
  double distance(Dimensions d, Set<Dimension> free) {
    double ffn = keepsFfn(free) ? Math.abs(Math.log(d.ffn() / (ffnPerWidth * d.width()))) : 0;
    double aspect = keepsAspect(free) ? Math.abs(Math.log(d.width() / (widthPerLayer * d.layers()))) : 0;
    return Math.max(ffn, aspect);
  }

  /** Multiples of a step, as their factors: from·step to to·step. */
  record Range(int from, int to) {
    /** Those within a factor {@code band} of {@code middle}. */
    static Range around(double middle, double band, int step) {
      return new Range((int) Math.max(1, Math.ceil(middle / band / step - ROUNDING)), (int) Math.min(Integer.MAX_VALUE / step, Math.floor(middle * band / step + ROUNDING)));
    }
  }
}
