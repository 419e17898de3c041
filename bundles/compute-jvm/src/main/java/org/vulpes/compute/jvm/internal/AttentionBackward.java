package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.AttentionTiles.BLOCK;
import static org.vulpes.compute.jvm.internal.AttentionTiles.CHUNK;

import org.vulpes.graph.operations.AttentionGradient;

/** Gradients of attention, probabilities computed anew from logSumExp (Dao et al. 2022). Keys and values collect over the blocks of a piece in order. */
final class AttentionBackward extends AttentionBlocks {
  private final float scale;
  private final long q;
  private final long k;
  private final long v;
  private final long out;
  private final long logSumExp;
  private final long dout;
  private final long dq;
  private final long dk;
  private final long dv;
  private final long keys = reserve(head.bytes(keyRows));
  private final long values = reserve(head.bytes(keyRows));
  private final long keyGradients = reserve(head.bytes(keyRows));
  private final long valueGradients = reserve(head.bytes(keyRows));
  private final long rows = reserve(head.bytes(BLOCK));
  private final long transposed = reserve(AttentionTiles.transposedBytes(head));
  private final long outRows = reserve(head.bytes(BLOCK));
  private final long outTransposed = reserve(AttentionTiles.transposedBytes(head));
  private final long scores = reserve(2 * AttentionLanes.GRADIENT);
  private final long gradients = scores + AttentionLanes.GRADIENT;
  private final long products = reserve(head.bytes(BLOCK));
  private final long sums = reserve(AttentionTiles.transposedBytes(head));
  private final long lanes = reserve(AttentionLanes.BYTES);
  private final Step[] steps = {this::take, this::takeStatistics, this::chunks, this::give};

  AttentionBackward(AttentionGradient a, Call call) {
    super(call.input(0), a.heads(), a.kvHeads(), a.headDim(), a.scale(), a.window(), call.in(3));
    scale = (float) a.scale();
    q = call.in(0);
    k = call.in(1);
    v = call.in(2);
    out = call.in(4);
    logSumExp = call.in(5);
    dout = call.in(6);
    dq = call.out(0);
    dk = call.out(1);
    dv = call.out(2);
  }

  @Override
  public void run(int piece, long at) {
    int b = piece / kvHeads, kv = piece % kvHeads;
    takeKeys(k, b, kv, at + keys);
    takeKeys(v, b, kv, at + values);
    Memory.zero(at + keyGradients, head.bytes(keyRows));
    Memory.zero(at + valueGradients, head.bytes(keyRows));
    for (int row = 0; row < queryRows(); row += BLOCK) {
      for (Step step : steps) step.run(b, kv, row, at);
    }
    for (int t = 0; t < time; t++) {
      head.give(at + keyGradients, keyRows, t, scale, dk + keyRow(b, kv, t));
      head.give(at + valueGradients, keyRows, t, 1f, dv + keyRow(b, kv, t));
    }
  }

  private void take(int b, int kv, int row, long at) {
    takeRows(q, b, kv, row, at + rows);
    takeRows(dout, b, kv, row, at + outRows);
    AttentionTiles.transpose(head, at + rows, at + transposed, toLog2);
    AttentionTiles.transpose(head, at + outRows, at + outTransposed, 1f);
    takeVisible(b, row, at + lanes);
  }

  /** logSumExp to base 2 and dout·out of each row; zeros behind the last row, whose dout is zero too. */
  private void takeStatistics(int b, int kv, int row, long at) {
    int count = Math.min(BLOCK, queryRows() - row);
    long origin = position(b, kv, row);
    long logarithms = at + lanes + AttentionLanes.LOG_SUM_EXP;
    for (int i = 0; i < count; i++) {
      long o = origin + apart(row, i);
      head.takeProduct(out + rowBytes() * o, dout + rowBytes() * o, at + products, BLOCK, i);
      Memory.set(logarithms + 4L * i, (float) (Memory.get(logSumExp + 4 * o) / VectorMath.LN_2));
    }
    for (int i = count; i < BLOCK; i++) {
      head.clear(at + products, BLOCK, i);
      Memory.set(logarithms + 4L * i, 0f);
    }
    // Lane by lane again: a sum within each row would cost as much as a product with the keys.
    AttentionTiles.transpose(head, at + products, at + sums, 1f);
    AttentionTiles.sum(head, at + sums, at + lanes + AttentionLanes.PRODUCT);
  }

  private void chunks(int b, int kv, int row, long at) {
    int start = firstChunk(at + lanes), last = lastKey(row);
    for (int first = start; first <= last; first += CHUNK) {
      int count = AttentionTiles.up(Math.min(CHUNK, last + 1 - first));
      AttentionTiles.scores(head, at + keys, keyRows, first, count, at + transposed, at + scores);
      AttentionTiles.scores(head, at + values, keyRows, first, count, at + outTransposed, at + gradients);
      int before = before(at + lanes, first, count), middle = middle(before, row, first, count);
      AttentionLanes.run(AttentionLanes.GRADIENTS, AttentionLanes.GRADIENTS_MASKED, at + scores, before, middle, count, first, at + lanes);
      AttentionTiles.overRows(head, at + scores, at + outRows, at + valueGradients, keyRows, first, count);
      AttentionTiles.overRows(head, at + gradients, at + rows, at + keyGradients, keyRows, first, count);
      AttentionTiles.overKeys(head, at + gradients, at + keys, keyRows, first, count, at + sums, first > start);
    }
  }

  private void give(int b, int kv, int row, long at) {
    AttentionTiles.transposeBack(head, at + sums, at + rows);
    int count = Math.min(BLOCK, queryRows() - row);
    long to = dq + rowBytes() * position(b, kv, row);
    for (int i = 0; i < count; i++) head.give(at + rows, BLOCK, i, scale, to + rowBytes() * apart(row, i));
  }
}
