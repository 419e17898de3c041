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
  /** Heads of the tensor from the first row of a position to the j-th row after it: rows run through the group's heads, then to the next position. */
  private final int[] apart;
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
    apart = new int[BLOCK + group];
    for (int j = 0; j < apart.length; j++) apart[j] = j / group * heads + j % group;
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

  /** Heads from the start of [batch, time, heads] to the position that query row {@code row} belongs to, at the first head of its group. */
  final long position(int b, int kv, int row) {
    return ((long) b * time + row / group) * heads + (long) kv * group;
  }

  /** Heads from the {@link #position} of a block whose first row is {@code row} to its i-th row. */
  final int apart(int row, int i) {
    return apart[row % group + i];
  }

  /** Bytes of a head's row. */
  final long rowBytes() {
    return 4L * head.headDim();
  }

  final long keyRow(int b, int kv, int key) {
    return 4L * head.headDim() * (((long) b * time + key) * kvHeads + kv);
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
    long from = tensor + rowBytes() * position(b, kv, row);
    for (int i = 0; i < count; i++) head.take(from + rowBytes() * apart(row, i), panels, BLOCK, i);
    for (int i = count; i < BLOCK; i++) head.clear(panels, BLOCK, i);
  }

  /** Writes the keys LO … HI that each row of the block sees, and the least and the most of LO. Rows behind the last see what the last position sees. */
  final void takeVisible(int b, int row, long lanes) {
    int least = time, most = 0, head = row % group;
    for (int i = 0, t = row / group; i < BLOCK; t = Math.min(t + 1, time - 1), head = 0) {
      int first = Math.max(Memory.getInt(firstVisible + 4 * ((long) b * time + t)), window > 0 ? t - window + 1 : 0);
      first = Math.max(0, Math.min(first, t));
      least = Math.min(least, first);
      most = Math.max(most, first);
      for (; head < group && i < BLOCK; head++, i++) {
        Memory.set(lanes + AttentionLanes.LO + 4L * i, first);
        Memory.set(lanes + AttentionLanes.HI + 4L * i, t);
      }
    }
    Memory.set(lanes + AttentionLanes.LEAST_LO, least);
    Memory.set(lanes + AttentionLanes.MOST_LO, most);
  }

  /** The whole tile of keys where the first is that a row of the block sees. */
  static int firstChunk(long lanes) {
    return AttentionTiles.down((int) Memory.get(lanes + AttentionLanes.LEAST_LO));
  }

  /** The last key that some row of the block sees. */
  final int lastKey(int row) {
    return Math.min(row + BLOCK - 1, queryRows() - 1) / group;
  }

  /** Keys of the chunk at {@code first} before its plain middle. */
  static int before(long lanes, int first, int count) {
    return Math.max(0, Math.min(count, (int) Memory.get(lanes + AttentionLanes.MOST_LO) - first));
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
