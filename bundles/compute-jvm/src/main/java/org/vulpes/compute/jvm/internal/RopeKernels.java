package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.first;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import org.vulpes.graph.operations.Rope;

/** Rotary position embedding. */
final class RopeKernels {
  /** Exchanges the halves of a vector. */
  private static final VectorShuffle<Float> HALVES = VectorShuffle.fromOp(Memory.SPECIES, i -> i ^ (LANES / 2));
  private static final VectorShuffle<Float> LOW_TWICE = VectorShuffle.fromOp(Memory.SPECIES, i -> i & (LANES / 2 - 1));

  private RopeKernels() {}

  static void register(KernelTable table) {
    table.with(Rope.class, (Rope k, Call call) -> new Work[] {new Rotation(k, call)});
  }

  private static final class Rotation extends RowBlocks {
    private final long x;
    private final long cos;
    private final long sin;
    private final long y;
    private final int width;
    private final int time;
    private final int headDim;
    private final int rotated;
    private final float sign;

    Rotation(Rope k, Call call) {
      super(call.input(0).rows(), call.input(0).columns());
      x = call.in(0);
      cos = call.in(1);
      sin = call.in(2);
      y = call.out(0);
      width = call.input(0).columns();
      time = call.input(1).rows();
      headDim = k.headDim();
      rotated = k.rotated();
      sign = k.inverse() ? -1f : 1f;
    }

    @Override
    void rows(int piece, long first, int count, long scratch) {
      int half = rotated / 2;
      for (long r = first; r < first + count; r++) {
        long from = x + 4 * r * width, to = y + 4 * r * width, table = 4 * (r % time) * half;
        if (rotated == LANES && headDim == LANES) vectorHeads(from, to, width, cos + table, sin + table, sign);
        else for (int h = 0; h < width; h += headDim) head(from + 4L * h, to + 4L * h, cos + table, sin + table, half, sign);
        if (rotated < headDim && from != to) passOn(from, to);
      }
    }

    private void passOn(long from, long to) {
      for (int h = 0; h < width; h += headDim) ColumnKernels.copy(from + 4L * (h + rotated), to + 4L * (h + rotated), headDim - rotated);
    }

    /** A head is one vector: (a, b)·(cos, cos) + (b, a)·(−sin, sin). */
    private static void vectorHeads(long x, long y, int width, long cos, long sin, float sign) {
      VectorMask<Float> low = first(LANES / 2);
      FloatVector c = load(cos, low).rearrange(LOW_TWICE), s = load(sin, low).mul(sign).rearrange(LOW_TWICE);
      s = s.blend(s.neg(), low);
      for (int j = 0; j < width; j += LANES) {
        FloatVector v = load(x + 4L * j);
        store(v.rearrange(HALVES).fma(s, v.mul(c)), y + 4L * j);
      }
    }

    private static void head(long x, long y, long cos, long sin, int half, float sign) {
      int j = 0;
      for (; j + LANES <= half; j += LANES) {
        FloatVector c = load(cos + 4L * j), s = load(sin + 4L * j).mul(sign);
        FloatVector a = load(x + 4L * j), b = load(x + 4L * (half + j));
        store(b.fma(s.neg(), a.mul(c)), y + 4L * j);
        store(a.fma(s, b.mul(c)), y + 4L * (half + j));
      }
      if (j < half) {
        VectorMask<Float> m = first(half - j);
        FloatVector c = load(cos + 4L * j, m), s = load(sin + 4L * j, m).mul(sign);
        FloatVector a = load(x + 4L * j, m), b = load(x + 4L * (half + j), m);
        store(b.fma(s.neg(), a.mul(c)), y + 4L * j, m);
        store(a.fma(s, b.mul(c)), y + 4L * (half + j), m);
      }
    }
  }
}
