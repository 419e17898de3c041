package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.AttentionTiles.BLOCK;
import static org.vulpes.compute.jvm.internal.AttentionTiles.CHUNK;
import static org.vulpes.compute.jvm.internal.AttentionTiles.SCORES;
import static org.vulpes.compute.jvm.internal.Memory.STEP;

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
  private final long scores = reserveScores();
  private final long result = reserve(head.bytes(BLOCK));
  private final long lo = reserve(SCORES);
  private final long hi = reserve(SCORES);
  private final long max = reserve(SCORES);
  private final long old = reserve(SCORES);
  private final long sum = reserve(SCORES);
  private final long factor = reserve(SCORES);

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
    for (int row = 0; row < queryRows(); row += BLOCK) block(b, kv, row, at);
  }

  private void block(int b, int kv, int row, long at) {
    takeRows(q, b, kv, row, at + rows);
    AttentionTiles.transpose(head, at + rows, at + transposed, toLog2);
    long visible = visible(b, row, at + lo, at + hi);
    AttentionLanes.fill(AttentionLanes.NOTHING, at + max);
    AttentionLanes.fill(0f, at + sum);
    int start = (int) visible & -8, last = lastKey(row);
    for (int first = start; first <= last; first += CHUNK) {
      int count = chunk(first, last);
      AttentionTiles.scores(head, at + keys, keyRows, first, AttentionTiles.up(count), at + transposed, at + scores);
      softmax(row, first, count, visible, at);
      if (first > start) {
        for (int i = 0; i < BLOCK; i++) head.scale(at + result, BLOCK, i, Memory.get(at + factor + 4L * i));
      }
      AttentionTiles.overKeys(head, at + scores, at + values, keyRows, first, count, at + result, first > start);
    }
    give(b, kv, row, at);
  }

  private void softmax(int row, int first, int count, long visible, long at) {
    int before = before(visible, first, count), middle = middle(before, row, first, count);
    long s = at + scores;
    for (long o = 0; o < SCORES; o += STEP) Memory.store(Memory.load(at + max + o), at + old + o);
    for (long o = 0; o < SCORES; o += STEP) {
      AttentionLanes.maxMasked(s + o, before, first, at + lo + o, at + hi + o, at + max + o);
      AttentionLanes.maxMasked(s + o + middle * SCORES, count - middle, first + middle, at + lo + o, at + hi + o, at + max + o);
    }
    AttentionLanes.max(s + before * SCORES, middle - before, at + max);
    AttentionLanes.rescale(at + old, at + max, at + sum, at + factor);
    for (long o = 0; o < SCORES; o += STEP) AttentionLanes.expMasked(s + o, before, first, at + lo + o, at + hi + o, at + max + o, at + sum + o);
    AttentionLanes.exp(s + before * SCORES, middle - before, at + max, at + sum);
    for (long o = 0; o < SCORES; o += STEP) {
      AttentionLanes.expMasked(s + o + middle * SCORES, count - middle, first + middle, at + lo + o, at + hi + o, at + max + o, at + sum + o);
    }
  }

  private void give(int b, int kv, int row, long at) {
    AttentionLanes.finish(at + max, at + sum, at + factor, at + old);
    int count = Math.min(BLOCK, queryRows() - row);
    for (int i = 0; i < count; i++) {
      head.give(at + result, BLOCK, i, Memory.get(at + factor + 4L * i), out + queryRow(b, kv, row + i));
      Memory.set(logSumExp + statistic(b, kv, row + i), Memory.get(at + old + 4L * i));
    }
  }
}
