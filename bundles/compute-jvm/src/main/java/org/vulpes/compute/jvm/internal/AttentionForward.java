package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.AttentionTiles.BLOCK;
import static org.vulpes.compute.jvm.internal.AttentionTiles.CHUNK;

import org.vulpes.graph.operations.Attention;

/** Attention by online softmax (Milakov and Gimelshein 2018): from chunk to chunk of keys, what was summed is rescaled to the new maximum. */
final class AttentionForward extends AttentionBlocks {
  private final long q;
  private final long k;
  private final long v;
  private final long out;
  private final long logSumExp;
  private final long keys = reserve(head.bytes(keyRows));
  private final long values = reserve(head.bytes(keyRows));
  private final long rows = reserve(head.bytes(BLOCK));
  private final long transposed = reserve(AttentionTiles.transposedBytes(head));
  private final long scores = reserve(AttentionLanes.GRADIENT);
  private final long sums = reserve(AttentionTiles.transposedBytes(head));
  private final long lanes = reserve(AttentionLanes.BYTES);
  private final Step[] steps = {this::take, this::chunks, this::give};

  AttentionForward(Attention a, Call call) {
    super(call.input(0), a.heads(), a.kvHeads(), a.headDim(), a.scale(), a.window(), call.in(3));
    q = call.in(0);
    k = call.in(1);
    v = call.in(2);
    out = call.out(0);
    logSumExp = call.out(1);
  }

  @Override
  public void run(int piece, long at) {
    int b = piece / kvHeads, kv = piece % kvHeads;
    takeKeys(k, b, kv, at + keys);
    takeKeys(v, b, kv, at + values);
    for (int row = 0; row < queryRows(); row += BLOCK) {
      for (Step step : steps) step.run(b, kv, row, at);
    }
  }

  private void take(int b, int kv, int row, long at) {
    takeRows(q, b, kv, row, at + rows);
    AttentionTiles.transpose(head, at + rows, at + transposed, toLog2);
    takeVisible(b, row, at + lanes);
    AttentionLanes.run(AttentionLanes.START, 0, 0, 0, at + lanes);
  }

  private void chunks(int b, int kv, int row, long at) {
    int start = firstChunk(at + lanes), last = lastKey(row);
    for (int first = start; first <= last; first += CHUNK) {
      int count = Math.min(CHUNK, last + 1 - first);
      AttentionTiles.scores(head, at + keys, keyRows, first, AttentionTiles.up(count), at + transposed, at + scores);
      softmax(row, first, count, at);
      if (first > start) AttentionTiles.rescale(head, at + sums, at + lanes + AttentionLanes.FACTOR);
      AttentionTiles.overKeys(head, at + scores, at + values, keyRows, first, count, at + sums, first > start);
    }
  }

  private void softmax(int row, int first, int count, long at) {
    long s = at + scores, l = at + lanes;
    int before = before(l, first, count), middle = middle(before, row, first, count);
    AttentionLanes.run(AttentionLanes.MAXIMA, AttentionLanes.MAXIMA_MASKED, s, before, middle, count, first, l);
    if (first > firstChunk(l)) AttentionLanes.run(AttentionLanes.RESCALE, 0, 0, 0, l);
    AttentionLanes.run(AttentionLanes.EXP, AttentionLanes.EXP_MASKED, s, before, middle, count, first, l);
  }

  private void give(int b, int kv, int row, long at) {
    AttentionLanes.run(AttentionLanes.FINISH, 0, 0, 0, at + lanes);
    AttentionTiles.transposeBack(head, at + sums, at + rows);
    int count = Math.min(BLOCK, queryRows() - row);
    long origin = position(b, kv, row);
    for (int i = 0; i < count; i++) {
      long to = origin + apart(row, i);
      head.give(at + rows, BLOCK, i, Memory.get(at + lanes + AttentionLanes.FACTOR + 4L * i), out + rowBytes() * to);
      Memory.set(logSumExp + 4 * to, Memory.get(at + lanes + AttentionLanes.LOG_SUM_EXP + 4L * i));
    }
  }
}
