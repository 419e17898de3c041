package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.AttentionTiles.BLOCK;

import org.vulpes.compute.Operand;

/**
 * Attention cut up: a piece is a sequence of the batch and a key/value head; its query rows, (time, head of the group) with the head inner, go in blocks; each
 * block meets the keys that one of its rows sees, in chunks. What lies before the first visible key of a block is skipped.
 */
abstract class AttentionBlocks implements Work {
  final HeadPanels head;
  final int batch;
  final int time;
  final int heads;
  final int kvHeads;
  final int group;
  final int window;
  /** From scores to logarithms to base 2. */
  final float toLog2;
  /** Rows of a panel of keys: whole tiles. */
  final int keyRows;
  private final long firstVisible;
  private long scratchBytes;

  AttentionBlocks(Operand q, int heads, int kvHeads, int headDim, double scale, int window, long firstVisible) {
    if (q.shape().length != 3 || q.columns() != heads * headDim || heads % kvHeads != 0) {
      throw new IllegalArgumentException("Attention needs q as [batch, time, heads · headDim] and heads that its kv heads divide: " + heads + " x " + headDim
          + " over " + kvHeads + ", q " + java.util.Arrays.toString(q.shape()) + ".");
    }
    head = new HeadPanels(headDim);
    batch = q.shape()[0];
    time = q.shape()[1];
    if (time > 1 << 24) throw new IllegalArgumentException("Attention over " + time + " positions: at most 16,777,216.");
    this.heads = heads;
    this.kvHeads = kvHeads;
    this.group = heads / kvHeads;
    this.window = window;
    this.firstVisible = firstVisible;
    toLog2 = (float) (scale / VectorMath.LN_2);
    keyRows = AttentionTiles.up(time);
  }

  /** Offset of so many bytes of scratch memory; for constructors. */
  final long reserve(long bytes) {
    long at = scratchBytes;
    scratchBytes += OffHeap.up(bytes);
    return at;
  }

  @Override
  public final long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public final int pieces() {
    return batch * kvHeads;
  }

  /** Bytes from a tensor's start to the row (query row r of a block's count, sequence b) of a head. */
  final long queryRow(int b, int kv, int row) {
    return 4L * head.headDim() * (((long) b * time + row / group) * heads + (long) kv * group + row % group);
  }

  final long keyRow(int b, int kv, int key) {
    return 4L * head.headDim() * (((long) b * time + key) * kvHeads + kv);
  }

  /** Offset of a query row's element in logSumExp [batch, time, heads]. */
  final long statistic(int b, int kv, int row) {
    return 4 * (((long) b * time + row / group) * heads + (long) kv * group + row % group);
  }

  final int queryRows() {
    return time * group;
  }

  /** Copies the keys or values of a head, and zeros up to a whole tile. */
  final void takeKeys(long tensor, int b, int kv, long panels) {
    for (int t = 0; t < time; t++) head.take(tensor + keyRow(b, kv, t), panels, keyRows, t);
    for (int t = time; t < keyRows; t++) head.clear(panels, keyRows, t);
  }

  /** Copies a block of query rows; zeros behind the last. */
  final void takeRows(long tensor, int b, int kv, int row, long panels) {
    int count = Math.min(BLOCK, queryRows() - row);
    for (int i = 0; i < count; i++) head.take(tensor + queryRow(b, kv, row + i), panels, BLOCK, i);
    for (int i = count; i < BLOCK; i++) head.clear(panels, BLOCK, i);
  }

  /** Writes the keys LO … HI that each row of the block sees. */
  final void takeVisible(int b, int row, long lanes) {
    for (int i = 0; i < BLOCK; i++) {
      int t = Math.min(row + i, queryRows() - 1) / group;
      int first = Math.max(Memory.getInt(firstVisible + 4 * ((long) b * time + t)), window > 0 ? t - window + 1 : 0);
      Memory.set(lanes + AttentionLanes.LO + 4L * i, Math.max(0, Math.min(first, t)));
      Memory.set(lanes + AttentionLanes.HI + 4L * i, t);
    }
  }

  /** The whole tile of keys where the first is that a row of the block sees. */
  static int firstChunk(long lanes) {
    float least = Memory.get(lanes + AttentionLanes.LO);
    for (int i = 1; i < BLOCK; i++) least = Math.min(least, Memory.get(lanes + AttentionLanes.LO + 4L * i));
    return AttentionTiles.down((int) least);
  }

  /** The last key that some row of the block sees. */
  final int lastKey(int row) {
    return Math.min(row + BLOCK - 1, queryRows() - 1) / group;
  }

  /** Keys of the chunk at {@code first} before its plain middle. */
  static int before(long lanes, int first, int count) {
    float most = Memory.get(lanes + AttentionLanes.LO);
    for (int i = 1; i < BLOCK; i++) most = Math.max(most, Memory.get(lanes + AttentionLanes.LO + 4L * i));
    return Math.max(0, Math.min(count, (int) most - first));
  }

  /** Keys of the chunk at {@code first} up to the end of its plain middle, which {@code row}, the first of the block, sees whole. */
  final int middle(int before, int row, int first, int count) {
    return Math.max(before, Math.min(count, row / group + 1 - first));
  }

  /** A step of a block. A call through an interface with several implementations is not inlined, see {@link AttentionLanes}. */
  interface Step {
    void run(int b, int kv, int row, long at);
  }
}
