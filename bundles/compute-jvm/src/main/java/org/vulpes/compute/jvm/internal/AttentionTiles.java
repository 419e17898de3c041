package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.STEP;

import jdk.incubator.vector.FloatVector;

/**
 * The products of attention between a chunk of keys and a block of {@link #BLOCK} query rows. Scores are kept transposed, [key][query row]: a query row is a
 * lane, so that maxima and sums over keys never cross lanes, and heads of a group share the block, which keeps what the causal mask wastes small.
 */
final class AttentionTiles {
  /** Query rows of a block. */
  static final int BLOCK = 2 * LANES;
  /** Bytes of a key's scores. */
  static final long SCORES = 2 * STEP;
  /** Keys of a chunk: the scores of a chunk and its gradients stay in the first-level cache. */
  static final int CHUNK = 128;
  private static final int TILE = 8;
  /** With 16 registers (AVX2, SSE) eight sums and what feeds them are all that fits. */
  private static final int SCORE_VECTORS = LANES >= 16 ? 2 : 1;
  private static final long SCORE_PANEL = SCORE_VECTORS * STEP;
  /** By the registers of a row of keys: rows times transposed queries. */
  private static final Tile[] SCORE = {TileCode.make(TILE, SCORE_VECTORS, false, STEP), TileCode.make(TILE, SCORE_VECTORS, false, 2 * STEP)};
  /** By the registers of a row of the result: rows of scores times queries. */
  private static final Tile[] OVER_ROWS = {TileCode.make(TILE, 1, false, SCORES), TileCode.make(TILE, 2, false, SCORES)};
  /** Rows of the transposed result, two registers of query rows wide; four with 16 registers, as eight sums fit. */
  private static final int OVER_KEYS_TILE = LANES >= 16 ? 8 : 4;
  private static final Tile OVER_KEYS = TileCode.make(OVER_KEYS_TILE, 2, true, 0);
  private static final long ZEROS = new OffHeap(2 * STEP, "constants of kernels", 0).address();

  private AttentionTiles() {}

  /** Up to whole tiles. */
  static int up(int rows) {
    return (rows + TILE - 1) / TILE * TILE;
  }

  /** Down to the start of a tile. */
  static int down(int row) {
    return row / TILE * TILE;
  }

  /** Bytes of {@link #transpose}'s result, and of {@link #overKeys}'. */
  static long transposedBytes(HeadPanels head) {
    return head.vectors() * (long) LANES * SCORES;
  }

  /** The block's rows [BLOCK][headDim] to [headDim][BLOCK] (in panels as wide as the score tile), times a factor. */
  static void transpose(HeadPanels head, long rows, long to, float factor) {
    for (int lane = 0; lane < 2; lane++) {
      long panel = scorePanel(head, to, lane / SCORE_VECTORS) + lane % SCORE_VECTORS * STEP;
      for (int v = 0; v < head.vectors(); v++) {
        long target = panel + (long) v * LANES * SCORE_PANEL;
        Transposition.CODE.run(head.at(rows, BLOCK, (long) lane * LANES, v), head.row(), target, SCORE_PANEL);
        for (int d = 0; d < LANES; d++, target += SCORE_PANEL) Memory.store(Memory.load(target).mul(factor), target);
      }
    }
  }

  /** to[row] = Σ_d transposed[d][row] of what {@link #transpose} has written. */
  static void sum(HeadPanels head, long transposed, long to) {
    for (int lane = 0; lane < 2; lane++) {
      long at = scorePanel(head, transposed, lane / SCORE_VECTORS) + lane % SCORE_VECTORS * STEP;
      FloatVector sum = Memory.load(at);
      for (int d = 1; d < head.headDim(); d++) sum = sum.add(Memory.load(at + d * SCORE_PANEL));
      Memory.store(sum, to + lane * STEP);
    }
  }

  private static long scorePanel(HeadPanels head, long transposed, int panel) {
    return transposed + panel * head.vectors() * (long) LANES * SCORE_PANEL;
  }

  /** scores[key][row] = Σ_d keys[key][d] · transposed[d][row] for whole tiles of keys from {@code first} on; {@code rows} in a panel of the keys. */
  static void scores(HeadPanels head, long keys, long rows, int first, int count, long transposed, long scores) {
    for (int p = 0; p < head.panels(); p++) {
      long a = keys + (p * rows + first) * head.row();
      for (int s = 0; s < 2 / SCORE_VECTORS; s++) {
        long b = scorePanel(head, transposed, s) + (long) p * head.panelVectors() * LANES * SCORE_PANEL;
        scoreColumn(head.depth(p), a, head.row(), count, b, scores + s * SCORE_PANEL, p > 0);
      }
    }
  }

  private static void scoreColumn(int depth, long a, long row, int count, long b, long c, boolean add) {
    for (int i = 0; i < count; i += TILE) {
      long ci = c + i * SCORES;
      SCORE[row == STEP ? 0 : 1].run(depth, a + i * row, row, b, ci, SCORES, add ? ci : ZEROS, add ? SCORES : 0);
    }
  }

  /**
   * result[d][row] (+)= Σ_key values[key][d] · scores[key][row]: transposed, so that tiles are two registers wide whatever the head, and what rescales rows is a
   * product of lanes.
   */
  static void overKeys(HeadPanels head, long scores, long values, long rows, int first, int count, long result, boolean add) {
    long row = head.row();
    for (int p = 0; p < head.panels(); p++) {
      long a = values + (p * rows + first) * row;
      for (int d = 0; d < head.depth(p); d += OVER_KEYS_TILE, a += 4L * OVER_KEYS_TILE, result += OVER_KEYS_TILE * SCORES) {
        OVER_KEYS.run(count, a, row, scores, result, SCORES, add ? result : ZEROS, add ? SCORES : 0);
      }
    }
  }

  /** result[d][row] ·= factor[row]. */
  static void rescale(HeadPanels head, long result, long factor) {
    FloatVector low = Memory.load(factor), high = Memory.load(factor + STEP);
    for (int d = 0; d < head.headDim(); d++, result += SCORES) {
      Memory.store(Memory.load(result).mul(low), result);
      Memory.store(Memory.load(result + STEP).mul(high), result + STEP);
    }
  }

  /** The transposed result as rows [BLOCK][headDim]. */
  static void transposeBack(HeadPanels head, long result, long rows) {
    for (int lane = 0; lane < 2; lane++) {
      for (int v = 0; v < head.vectors(); v++) {
        Transposition.CODE.run(result + (long) v * LANES * SCORES + lane * STEP, SCORES, head.at(rows, BLOCK, (long) lane * LANES, v), head.row());
      }
    }
  }

  /** result[key][d] += Σ_row scores[key][row] · block[row][d] for whole tiles of keys from {@code first} on; {@code rows} in a panel of the result. */
  static void overRows(HeadPanels head, long scores, long block, long result, long rows, int first, int count) {
    long row = head.row();
    for (int p = 0; p < head.panels(); p++) {
      long b = block + (long) p * BLOCK * row;
      for (int i = 0; i < count; i += TILE) {
        long a = scores + i * SCORES, c = result + (p * rows + first + i) * row;
        OVER_ROWS[head.panelVectors() - 1].run(BLOCK, a, SCORES, b, c, row, c, row);
      }
    }
  }
}
