package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.STEP;
import static org.vulpes.compute.jvm.internal.Memory.broadcast;
import static org.vulpes.compute.jvm.internal.Memory.first;
import static org.vulpes.compute.jvm.internal.Memory.get;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.store;
import static org.vulpes.graph.operations.CacheWrite.BLOCK;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.vulpes.graph.operations.CachedAttention;

/**
 * Attention of one token a row to its cache. A piece is a row and a key/value head. Scores of sixteen keys are whole vectors, summed over the head's
 * dimensions, and the heads of a group go two at a time over the same keys and values, so that nothing is reduced across lanes but the softmax.
 * The bits of a row depend on nothing but its own sequence.
 */
final class CachedAttentionRows implements Work {
  private static final float HIDDEN = Float.NEGATIVE_INFINITY;

  private final long q;
  private final long keys;
  private final long values;
  private final long plan;
  private final long out;
  private final int rows;
  private final int slots;
  private final int capacity;
  private final int kvHeads;
  private final int group;
  private final int headDim;
  private final int reach;
  private final float toLog2;

  CachedAttentionRows(CachedAttention a, Call call) {
    int[] k = call.input(1).shape(), v = call.input(2).shape();
    if (k.length != 4 || k[3] != BLOCK || v.length != 3 || k[2] != a.kvHeads() * a.headDim() || v[2] != k[2] || v[1] != k[1] * BLOCK || k[0] != v[0]
        || call.input(3).columns() != 4 || call.input(3).rows() != call.input(0).rows() || call.input(0).columns() != a.heads() * a.headDim()) {
      throw new IllegalArgumentException("cached-attention cannot combine q " + Arrays.toString(call.input(0).shape()) + ", keys " + Arrays.toString(k) + " and values "
          + Arrays.toString(v) + ".");
    }
    q = call.in(0);
    keys = call.in(1);
    values = call.in(2);
    plan = call.in(3);
    out = call.out(0);
    rows = call.input(0).rows();
    slots = v[0];
    capacity = v[1];
    kvHeads = a.kvHeads();
    group = a.heads() / kvHeads;
    headDim = a.headDim();
    reach = a.window() > 0 ? Math.min(a.window(), capacity) : capacity;
    toLog2 = (float) (a.scale() / VectorMath.LN_2);
  }

  @Override
  public int pieces() {
    return rows * kvHeads;
  }

  @Override
  public long scratchBytes() {
    return OffHeap.up(4L * group * capacity);
  }

  @Override
  public void run(int piece, long scores) {
    int row = piece / kvHeads, kv = piece % kvHeads;
    int slot = Memory.getInt(plan + 16L * row + 4), place = Memory.getInt(plan + 16L * row + 8), count = Memory.getInt(plan + 16L * row + 12);
    long own = 4L * headDim * ((long) row * kvHeads + kv) * group;
    if (count <= 0 || slot < 0 || slot >= slots || place < 0) {
      ColumnKernels.zero(out + own, group * headDim);
      return;
    }
    // What is seen lies in one stretch of the ring, or, where it wraps, in two: from ‘start’ to the end and from 0 on.
    int seen = Math.min(place + 1, reach), last = place % capacity, start = (place + 1 - seen) % capacity;
    boolean wraps = start > last;
    int from = wraps ? 0 : start / BLOCK * BLOCK, to = wraps ? capacity : last / BLOCK * BLOCK + BLOCK;
    long head = keys + 4L * BLOCK * headDim * ((long) slot * (capacity / BLOCK) * kvHeads + kv), between = 4L * BLOCK * headDim * kvHeads;
    int g = 0;
    for (; g + 2 <= group; g += 2) scores2(q + own + 4L * headDim * g, headDim, head, between, from, to, scores + 4L * capacity * g, 4L * capacity, toLog2);
    if (g < group) scores1(q + own + 4L * headDim * g, headDim, head, between, from, to, scores + 4L * capacity * g, toLog2);
    for (g = 0; g < group; g++) weigh(scores + 4L * capacity * g, from, to, start, last, wraps);
    long rowOfValues = 4L * headDim * kvHeads, v = values + rowOfValues * slot * capacity + 4L * headDim * kv;
    for (g = 0; g + 2 <= group; g += 2) mix(v, rowOfValues, scores + 4L * capacity * g, 4L * capacity, out + own + 4L * headDim * g, start, last, wraps, true);
    if (g < group) mix(v, rowOfValues, scores + 4L * capacity * g, 0, out + own + 4L * headDim * g, start, last, wraps, false);
  }

  /** score[p] = scale · q·k[p] to base 2, for the blocks of places from ‘from’ to ‘to’ and two heads. */
  private static void scores2(long q, int headDim, long keys, long between, int from, int to, long scores, long apart, float scale) {
    for (int p = from; p < to; p += LANES) {
      long k = keys + p / BLOCK * between + 4L * (p % BLOCK);
      FloatVector a = FloatVector.zero(Memory.SPECIES), b = a;
      for (int d = 0; d < headDim; d++) {
        FloatVector key = load(k + 4L * BLOCK * d);
        a = key.fma(broadcast(get(q + 4L * d)), a);
        b = key.fma(broadcast(get(q + 4L * (headDim + d))), b);
      }
      store(a.mul(scale), scores + 4L * p);
      store(b.mul(scale), scores + apart + 4L * p);
    }
  }

  private static void scores1(long q, int headDim, long keys, long between, int from, int to, long scores, float scale) {
    for (int p = from; p < to; p += LANES) {
      long k = keys + p / BLOCK * between + 4L * (p % BLOCK);
      FloatVector a = FloatVector.zero(Memory.SPECIES);
      for (int d = 0; d < headDim; d++) a = load(k + 4L * BLOCK * d).fma(broadcast(get(q + 4L * d)), a);
      store(a.mul(scale), scores + 4L * p);
    }
  }

  /** Turns scores into probabilities; what is not seen gets 0. */
  private static void weigh(long scores, int from, int to, int start, int last, boolean wraps) {
    hide(scores, from, to, start, last, wraps, HIDDEN);
    FloatVector most = broadcast(HIDDEN);
    for (int p = from; p < to; p += LANES) most = most.max(load(scores + 4L * p));
    FloatVector max = broadcast(VectorMath.max(most));
    for (int p = from; p < to; p += LANES) store(VectorMath.exp2(load(scores + 4L * p).sub(max)), scores + 4L * p);
    hide(scores, from, to, start, last, wraps, 0f);
    FloatVector sum = FloatVector.zero(Memory.SPECIES);
    for (int p = from; p < to; p += LANES) sum = sum.add(load(scores + 4L * p));
    float share = 1f / VectorMath.sum(sum);
    for (int p = from; p < to; p += LANES) store(load(scores + 4L * p).mul(share), scores + 4L * p);
  }

  private static void hide(long scores, int from, int to, int start, int last, boolean wraps, float value) {
    if (wraps) {
      for (int p = last + 1; p < start; p++) Memory.set(scores + 4L * p, value);
    } else {
      for (int p = from; p < start; p++) Memory.set(scores + 4L * p, value);
      for (int p = last + 1; p < to; p++) Memory.set(scores + 4L * p, value);
    }
  }

  private void mix(long v, long row, long weights, long apart, long to, int start, int last, boolean wraps, boolean two) {
    for (int d = 0; d < headDim; d += LANES) {
      boolean whole = d + LANES <= headDim;
      VectorMask<Float> mask = whole ? null : first(headDim - d);
      long at = v + 4L * d, out = to + 4L * d;
      boolean more = false;
      if (wraps) {
        stretch(at, row, weights, apart, out, start, capacity, false, two, mask);
        more = true;
      }
      stretch(at, row, weights, apart, out, wraps ? 0 : start, last + 1, more, two, mask);
    }
  }

  private void stretch(long v, long row, long weights, long apart, long out, int from, int to, boolean add, boolean two, VectorMask<Float> mask) {
    if (mask != null) masked(v, row, weights, apart, out, 4L * headDim, from, to, add, two, mask);
    else if (two) mix2(v, row, weights, apart, out, 4L * headDim, from, to, add);
    else mix1(v, row, weights, out, from, to, add);
  }

  /** out = Σ weight[p] v[p] over places, one vector of dimensions, two heads; two sums each hide the latency of the additions. */
  private static void mix2(long v, long row, long weights, long apart, long out, long next, int from, int to, boolean add) {
    FloatVector zero = FloatVector.zero(Memory.SPECIES);
    FloatVector a = add ? load(out) : zero, b = add ? load(out + next) : zero, c = zero, d = zero;
    int p = from;
    for (; p + 2 <= to; p += 2) {
      FloatVector x = load(v + row * p), y = load(v + row * (p + 1));
      a = x.fma(broadcast(get(weights + 4L * p)), a);
      b = x.fma(broadcast(get(weights + apart + 4L * p)), b);
      c = y.fma(broadcast(get(weights + 4L * p + 4)), c);
      d = y.fma(broadcast(get(weights + apart + 4L * p + 4)), d);
    }
    if (p < to) {
      FloatVector x = load(v + row * p);
      a = x.fma(broadcast(get(weights + 4L * p)), a);
      b = x.fma(broadcast(get(weights + apart + 4L * p)), b);
    }
    store(a.add(c), out);
    store(b.add(d), out + next);
  }

  private static void mix1(long v, long row, long weights, long out, int from, int to, boolean add) {
    FloatVector a = add ? load(out) : FloatVector.zero(Memory.SPECIES), c = FloatVector.zero(Memory.SPECIES);
    int p = from;
    for (; p + 2 <= to; p += 2) {
      a = load(v + row * p).fma(broadcast(get(weights + 4L * p)), a);
      c = load(v + row * (p + 1)).fma(broadcast(get(weights + 4L * p + 4)), c);
    }
    if (p < to) a = load(v + row * p).fma(broadcast(get(weights + 4L * p)), a);
    store(a.add(c), out);
  }

  /** The last dimensions of a head, fewer than a vector. */
  private static void masked(long v, long row, long weights, long apart, long out, long next, int from, int to, boolean add, boolean two, VectorMask<Float> mask) {
    for (int h = 0; h < (two ? 2 : 1); h++) {
      FloatVector a = add ? load(out + h * next, mask) : FloatVector.zero(Memory.SPECIES);
      for (int p = from; p < to; p++) a = load(v + row * p, mask).fma(broadcast(get(weights + h * apart + 4L * p)), a);
      store(a, out + h * next, mask);
    }
  }
}
