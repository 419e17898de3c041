package org.vulpes.compute.jvm.internal;

import static org.vulpes.graph.operations.CacheWrite.BLOCK;

import java.util.Arrays;
import org.vulpes.graph.operations.CacheWrite;

/** Writes keys and values of new tokens to their places. An entry of the plan that names a row, slot or place that is not there writes nothing. */
final class CacheKernels {
  private CacheKernels() {}

  static Work[] write(CacheWrite op, Call call) {
    int[] cache = call.input(0).shape(), x = call.input(1).shape();
    if (cache.length != (op.blocked() ? 4 : 3) || x.length != 3 || cache[2] != x[2] || call.input(2).columns() != 4) {
      throw new IllegalArgumentException("cache-write cannot write " + Arrays.toString(x) + " to " + Arrays.toString(cache) + ".");
    }
    Work write = new Entries(op.blocked(), call);
    return call.in(0) == call.out(0) ? new Work[] {write} : new Work[] {new Copy(call.in(0), call.out(0), call.output(0).length()), write};
  }

  private record Copy(long from, long to, long length) implements Work {
    private static final int PIECE = 1 << 16;

    @Override
    public int pieces() {
      return Math.toIntExact((length + PIECE - 1) / PIECE);
    }

    @Override
    public void run(int piece, long scratch) {
      long first = (long) piece * PIECE;
      ColumnKernels.copy(from + 4 * first, to + 4 * first, (int) Math.min(PIECE, length - first));
    }
  }

  private static final class Entries implements Work {
    private final boolean blocked;
    private final long x;
    private final long plan;
    private final long cache;
    private final int entries;
    private final int rows;
    private final int time;
    private final int width;
    private final int slots;
    private final int capacity;

    Entries(boolean blocked, Call call) {
      this.blocked = blocked;
      x = call.in(1);
      plan = call.in(2);
      cache = call.out(0);
      entries = call.input(2).rows();
      rows = call.input(1).shape()[0];
      time = call.input(1).shape()[1];
      width = call.input(1).columns();
      slots = call.input(0).shape()[0];
      capacity = call.input(0).shape()[1] * (blocked ? BLOCK : 1);
    }

    @Override
    public int pieces() {
      return entries;
    }

    @Override
    public void run(int piece, long scratch) {
      long entry = plan + 16L * piece;
      int row = Memory.getInt(entry), slot = Memory.getInt(entry + 4), place = Memory.getInt(entry + 8), count = Math.min(time, Memory.getInt(entry + 12));
      if (row < 0 || row >= rows || slot < 0 || slot >= slots || place < 0) return;
      long to = cache + 4L * slot * capacity * width;
      for (int t = Math.max(0, count - capacity); t < count; t++) {
        long from = x + 4L * ((long) row * time + t) * width;
        int at = (place + t) % capacity;
        if (blocked) scatter(from, to + 4L * ((long) (at / BLOCK) * width * BLOCK + at % BLOCK), width);
        else ColumnKernels.copy(from, to + 4L * at * width, width);
      }
    }

    private static void scatter(long from, long to, int width) {
      for (int c = 0; c < width; c++) Memory.set(to + 4L * BLOCK * c, Memory.get(from + 4L * c));
    }
  }
}
