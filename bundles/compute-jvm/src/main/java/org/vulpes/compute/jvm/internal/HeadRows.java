package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.HeadLogits.LOGIT_ROW;
import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.STEP;
import static org.vulpes.compute.jvm.internal.Memory.broadcast;
import static org.vulpes.compute.jvm.internal.Memory.first;
import static org.vulpes.compute.jvm.internal.Memory.get;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.set;
import static org.vulpes.compute.jvm.internal.Memory.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * What happens to a block of logits, row by row, beside the products. Each loop is a pass that is called through an interface at one place that sees them all, so
 * that it stays a call: within one method the compiler stops inlining half way and boxes the vectors of the rest (see {@link AttentionLanes}).
 */
final class HeadRows {
  static final int KEEP = 0;
  static final int MAXIMA = 1;
  static final int SUMS = 2;
  static final int PROBABILITIES = 3;
  private static final Pass[] PASSES = {HeadRows::keep, HeadRows::maxima, HeadRows::sums, HeadRows::probabilities};

  /** Probabilities below e^-80 count as zero: products with them would be denormal, which costs a hundred cycles each. */
  private static final FloatVector NOTHING = broadcast(-80f);
  private static final FloatVector ZERO = broadcast(0f);

  private HeadRows() {}

  private interface Pass {
    void run(long block, int rows, int columns, long other, long otherRow, long numbers, long factors);
  }

  /**
   * Runs a pass over the first rows and columns of a block.
   *
   * @param other a matrix with rows {@code otherRow} bytes apart
   * @param numbers one a row
   * @param factors one a row
   */
  static void run(int pass, long block, int rows, int columns, long other, long otherRow, long numbers, long factors) {
    PASSES[pass].run(block, rows, columns, other, otherRow, numbers, factors);
  }

  /** other = block. */
  private static void keep(long block, int rows, int columns, long other, long otherRow, long numbers, long factors) {
    for (int i = 0; i < rows; i++, block += LOGIT_ROW, other += otherRow) ColumnKernels.copy(block, other, columns);
  }

  /** numbers[i] = max_c block[i, c], up to whole registers. A NaN may be passed over: the sum of exponentials is NaN then. Two chains, as each comparison waits for the one before. */
  private static void maxima(long block, int rows, int columns, long other, long otherRow, long numbers, long factors) {
    for (int i = 0; i < rows; i++, block += LOGIT_ROW) {
      FloatVector even = load(block), odd = even;
      int c = LANES;
      for (; c + LANES < columns; c += 2 * LANES) {
        even = larger(even, load(block + 4L * c));
        odd = larger(odd, load(block + 4L * c + STEP));
      }
      if (c < columns) even = larger(even, load(block + 4L * c));
      set(numbers + 4L * i, VectorMath.max(larger(even, odd)));
    }
  }

  private static FloatVector larger(FloatVector a, FloatVector b) {
    return a.blend(b, b.compare(VectorOperators.GT, a));
  }

  /** numbers[i] = Σ_c exp(block[i, c] − other[i]), up to whole registers. */
  private static void sums(long block, int rows, int columns, long other, long otherRow, long numbers, long factors) {
    for (int i = 0; i < rows; i++, block += LOGIT_ROW) {
      // Not the constant ZERO: a sum that starts as an object stays one.
      FloatVector sum = broadcast(0f), max = broadcast(get(other + 4L * i));
      for (int c = 0; c < columns; c += LANES) sum = sum.add(VectorMath.exp(load(block + 4L * c).sub(max)));
      set(numbers + 4L * i, VectorMath.sum(sum));
    }
  }

  /** block[i, c] = factors[i] · exp(other[i, c] − numbers[i]), other being the block itself or kept logits. */
  private static void probabilities(long block, int rows, int columns, long other, long otherRow, long numbers, long factors) {
    int whole = columns / LANES * LANES;
    VectorMask<Float> rest = first(columns - whole);
    for (int i = 0; i < rows; i++, block += LOGIT_ROW, other += otherRow) {
      FloatVector total = broadcast(get(numbers + 4L * i)), factor = broadcast(get(factors + 4L * i));
      for (int c = 0; c < whole; c += LANES) store(probability(load(other + 4L * c).sub(total), factor), block + 4L * c);
      if (whole < columns) store(probability(load(other + 4L * whole, rest).sub(total), factor), block + 4L * whole);
    }
  }

  private static FloatVector probability(FloatVector y, FloatVector factor) {
    return VectorMath.exp(y).mul(factor).blend(ZERO, y.compare(VectorOperators.LT, NOTHING));
  }
}
