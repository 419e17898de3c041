package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.HeadLogits.CHUNK;
import static org.vulpes.compute.jvm.internal.HeadLogits.GROUP;
import static org.vulpes.compute.jvm.internal.HeadLogits.LOGIT_ROW;
import static org.vulpes.compute.jvm.internal.HeadLogits.count;
import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.STEP;
import static org.vulpes.compute.jvm.internal.Memory.broadcast;
import static org.vulpes.compute.jvm.internal.Memory.get;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.set;
import static org.vulpes.compute.jvm.internal.Memory.store;

import jdk.incubator.vector.FloatVector;

/**
 * Cross-entropy of the head: first the maximum and the sum of exponentials of every row in every chunk of the vocabulary, then their sum over the
 * chunks in order. Keeps 8 bytes a row and chunk, and the logits only where it is told to.
 */
final class HeadLoss {
  private static final int BLOCK_ROWS = 1024;
  private static final int COMBINED_ROWS = 256;
  private final HeadLogits logits;
  private final long targets;
  private final long nll;
  private final long logSumExp;
  /** [rows][vocabulary], or 0: logits are not kept. */
  private final long kept;
  /** [chunk][row], rows filled up to whole registers. */
  private final long maxima;
  private final long sums;
  private final long targetLogits;
  private final long partialRow;

  HeadLoss(HeadLogits logits, long targets, long nll, long logSumExp, long kept, java.util.function.LongUnaryOperator partials) {
    this.logits = logits;
    this.targets = targets;
    this.nll = nll;
    this.logSumExp = logSumExp;
    this.kept = kept;
    partialRow = count(logits.rows(), LANES) * STEP;
    maxima = partials.applyAsLong(logits.chunks() * partialRow);
    sums = partials.applyAsLong(logits.chunks() * partialRow);
    targetLogits = partials.applyAsLong(partialRow);
  }

  Work[] phases() {
    return new Work[] {new Sums(), new Combination()};
  }

  /** m = max_c logit and s = Σ_c exp(logit − m) over the chunk, for every row. */
  private final class Sums implements Work {
    private final int blocks = count(logits.rows(), BLOCK_ROWS);

    @Override
    public int pieces() {
      return logits.chunks() * blocks;
    }

    @Override
    public long scratchBytes() {
      return Tiles.EDGE_BYTES + logits.packedBytes() + GROUP * LOGIT_ROW;
    }

    @Override
    public void run(int piece, long scratch) {
      int chunk = piece / blocks;
      int first = chunk * CHUNK;
      int columns = Math.min(CHUNK, logits.vocabulary() - first);
      int from = piece % blocks * BLOCK_ROWS;
      int to = Math.min(logits.rows(), from + BLOCK_ROWS);
      long panels = scratch + Tiles.EDGE_BYTES;
      long block = panels + logits.packedBytes();
      logits.pack(first, columns, panels);
      for (int g = from; g < to; g += GROUP) {
        int m = Math.min(GROUP, to - g);
        logits.compute(g, m, columns, panels, block, scratch);
        for (int i = 0; i < m; i++) {
          long x = block + i * LOGIT_ROW;
          int target = Memory.getInt(targets + 4L * (g + i)) - first;
          if (target >= 0 && target < columns) set(targetLogits + 4L * (g + i), get(x + 4L * target));
          HeadLogits.pad(x, columns, Float.NEGATIVE_INFINITY);
        }
        long at = chunk * partialRow + 4L * g;
        if (kept != 0) HeadRows.run(HeadRows.KEEP, block, m, columns, logits.keptAt(kept, g, first), logits.keptRow(), 0, 0);
        HeadRows.run(HeadRows.MAXIMA, block, m, columns, 0, 0, maxima + at, 0);
        HeadRows.run(HeadRows.SUMS, block, m, columns, maxima + at, 0, sums + at, 0);
      }
    }
  }

  /** logSumExp = M + log Σ_chunk s · exp(m − M) with M the largest m; nll = logSumExp − target's logit. */
  private final class Combination implements Work {
    @Override
    public int pieces() {
      return count(logits.rows(), COMBINED_ROWS);
    }

    @Override
    public long scratchBytes() {
      return 4L * COMBINED_ROWS;
    }

    @Override
    public void run(int piece, long scratch) {
      int from = piece * COMBINED_ROWS;
      int to = Math.min(logits.rows(), from + COMBINED_ROWS);
      for (int r = from; r < to; r += LANES) combine(4L * r, scratch + 4L * (r - from));
      for (int r = from; r < to; r++) {
        float total = get(scratch + 4L * (r - from));
        int target = Memory.getInt(targets + 4L * r);
        if (target < -1 || target >= logits.vocabulary()) {
          throw new IndexOutOfBoundsException("Target " + target + " of row " + r + " is neither -1 (ignored) nor a token of the vocabulary of "
              + logits.vocabulary() + ".");
        }
        set(logSumExp + 4L * r, total);
        set(nll + 4L * r, target < 0 ? 0f : total - get(targetLogits + 4L * r));
      }
    }
  }

  private void combine(long row, long out) {
    FloatVector max = load(maxima + row);
    int chunks = logits.chunks();
    for (int c = 1; c < chunks; c++) max = max.max(load(maxima + c * partialRow + row));
    FloatVector sum = broadcast(0f);
    for (int c = 0; c < chunks; c++) {
      sum = load(sums + c * partialRow + row).fma(VectorMath.exp(load(maxima + c * partialRow + row).sub(max)), sum);
    }
    store(VectorMath.log(sum).add(max), out);
  }
}
