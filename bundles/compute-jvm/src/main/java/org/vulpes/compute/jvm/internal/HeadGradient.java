package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.HeadLogits.CHUNK;
import static org.vulpes.compute.jvm.internal.HeadLogits.GROUP;
import static org.vulpes.compute.jvm.internal.HeadLogits.LOGIT_ROW;
import static org.vulpes.compute.jvm.internal.HeadLogits.count;
import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.get;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.set;
import static org.vulpes.compute.jvm.internal.Memory.store;

import java.util.function.LongUnaryOperator;
import jdk.incubator.vector.FloatVector;

/**
 * Gradients of the head's cross-entropy in one pass over the logits, which are read where the loss has kept them, else computed anew, a block at a time:
 * 256 rows × 256 tokens.
 *
 * <p>The vocabulary is split into at most 16 groups. A group owns its part of dweight, and sums its part of dhidden in memory of its own; these parts
 * are added in the order of the groups afterwards. The split depends on shapes alone.
 */
final class HeadGradient {
  private static final int BLOCK_ROWS = 256;
  private static final int MOST_GROUPS = 16;
  private static final int FEWEST_GROUPS = 4;
  /** Groups are fewer where their parts of dhidden would need more than this. */
  private static final long PART_BYTES = 64L << 20;
  private static final int ADDED = 1 << 14;
  private final HeadLogits logits;
  private final long targets;
  private final long logSumExp;
  private final long coefficient;
  /** [rows][vocabulary], or 0: computed anew. */
  private final long kept;
  private final long dhidden;
  private final long dweight;
  private final int groups;
  private final int groupChunks;
  private final long hiddenPanels;
  private final long parts;
  private final long partBytes;

  HeadGradient(HeadLogits logits, long targets, long logSumExp, long coefficient, long kept, long dhidden, long dweight, LongUnaryOperator partials) {
    this.logits = logits;
    this.targets = targets;
    this.logSumExp = logSumExp;
    this.coefficient = coefficient;
    this.kept = kept;
    this.dhidden = dhidden;
    this.dweight = dweight;
    partBytes = OffHeap.up(logits.rows() * logits.row());
    int most = (int) Math.clamp(PART_BYTES / partBytes, FEWEST_GROUPS, MOST_GROUPS);
    groupChunks = count(logits.chunks(), most);
    groups = count(logits.chunks(), groupChunks);
    hiddenPanels = partials.applyAsLong(Panels.bytes(logits.rows(), logits.width()));
    parts = groups == 1 ? dhidden : partials.applyAsLong(groups * partBytes);
  }

  Work[] phases() {
    return groups == 1 ? new Work[] {new Packing(), new Products()} : new Work[] {new Packing(), new Products(), new Addition()};
  }

  private long panelsOf(int row) {
    return hiddenPanels + Panels.bytes(row, logits.width());
  }

  /** hidden as right operand of dlogitsᵀ · hidden, one set of panels for each block of rows. */
  private final class Packing implements Work {
    @Override
    public int pieces() {
      return count(logits.rows(), BLOCK_ROWS);
    }

    @Override
    public void run(int piece, long scratch) {
      int row = piece * BLOCK_ROWS;
      Panels.packRows(Math.min(BLOCK_ROWS, logits.rows() - row), logits.width(), logits.hiddenAt(row), logits.row(), panelsOf(row));
    }
  }

  /** dweight of one group of the vocabulary, and its part of dhidden. */
  private final class Products implements Work {
    private final long weightPanels = OffHeap.up(Panels.bytes(CHUNK, logits.width()));

    @Override
    public int pieces() {
      return groups;
    }

    @Override
    public long scratchBytes() {
      return Tiles.EDGE_BYTES + logits.packedBytes() + weightPanels + BLOCK_ROWS * LOGIT_ROW;
    }

    @Override
    public void run(int group, long scratch) {
      long transposed = scratch + Tiles.EDGE_BYTES;
      long plain = transposed + logits.packedBytes();
      long block = plain + weightPanels;
      int last = Math.min(logits.chunks(), (group + 1) * groupChunks);
      for (int chunk = group * groupChunks; chunk < last; chunk++) {
        int first = chunk * CHUNK;
        int columns = Math.min(CHUNK, logits.vocabulary() - first);
        if (kept == 0) logits.pack(first, columns, transposed);
        Panels.packRows(columns, logits.width(), logits.weightAt(first), logits.row(), plain);
        for (int row = 0; row < logits.rows(); row += BLOCK_ROWS) {
          int m = Math.min(BLOCK_ROWS, logits.rows() - row);
          differentiate(row, m, first, columns, transposed, block, scratch);
          // dhidden = dlogits · weight
          long part = parts + group * partBytes + row * logits.row();
          Tiles.product(m, logits.width(), columns, Tiles.Left.rows(LOGIT_ROW), block, plain, columns * Tiles.PANEL_ROW, part, logits.row(),
              chunk > group * groupChunks, scratch);
          // dweight = dlogitsᵀ · hidden
          Tiles.product(columns, logits.width(), m, Tiles.Left.columns(LOGIT_ROW), block, panelsOf(row), m * Tiles.PANEL_ROW,
              dweight + first * logits.row(), logits.row(), row > 0, scratch);
        }
      }
    }
  }

  /** dlogits[r, c] = coefficient[r] · (exp(logit − logSumExp[r]) − [c = target[r]]); zero in ignored rows. */
  private void differentiate(int row, int m, int first, int columns, long panels, long block, long edge) {
    for (int g = 0; g < m; g += GROUP) {
      int rows = Math.min(GROUP, m - g);
      if (kept == 0) logits.compute(row + g, rows, columns, panels, block + g * LOGIT_ROW, edge);
      long x = block + g * LOGIT_ROW;
      long from = kept == 0 ? x : logits.keptAt(kept, row + g, first);
      HeadRows.run(HeadRows.PROBABILITIES, x, rows, columns, from, kept == 0 ? LOGIT_ROW : logits.keptRow(), logSumExp + 4L * (row + g),
          coefficient + 4L * (row + g));
      for (int i = g; i < g + rows; i++, x += LOGIT_ROW) {
        int target = Memory.getInt(targets + 4L * (row + i));
        if (target < 0) {
          Memory.zero(x, 4L * columns);
          continue;
        }
        long t = target - first;
        if (t >= 0 && t < columns) set(x + 4L * t, get(x + 4L * t) - get(coefficient + 4L * (row + i)));
      }
    }
  }

  /** dhidden = Σ of the groups' parts, in their order. */
  private final class Addition implements Work {
    private final long elements = (long) logits.rows() * logits.width();

    @Override
    public int pieces() {
      return (int) ((elements + ADDED - 1) / ADDED);
    }

    @Override
    public void run(int piece, long scratch) {
      long from = (long) piece * ADDED;
      long end = Math.min(elements, from + ADDED);
      for (; from + LANES <= end; from += LANES) {
        FloatVector sum = load(parts + 4 * from);
        for (int g = 1; g < groups; g++) sum = sum.add(load(parts + g * partBytes + 4 * from));
        store(sum, dhidden + 4 * from);
      }
      for (; from < end; from++) {
        float sum = get(parts + 4 * from);
        for (int g = 1; g < groups; g++) sum += get(parts + g * partBytes + 4 * from);
        set(dhidden + 4 * from, sum);
      }
    }
  }
}
