package org.vulpes.compute.jvm.internal;

import org.vulpes.graph.Cost;

/**
 * The least time that a kernel could take here: its operations at the rate of the best tile in the first-level cache, or its bytes at the rate at which memory
 * is copied, whichever is longer. Both rates are measured with all threads of the device. Kernels whose operands stay in a cache can be faster than their bytes.
 *
 * @param flops a nanosecond
 * @param bytes a nanosecond, read and written
 */
record Floor(double flops, double bytes) {
  /** At least, and for so long: another process may have a core for some rounds. */
  private static final int ROUNDS = 20;
  private static final long NANOS = 250_000_000;
  private static final int DEPTH = 128;
  private static final int TILES = 2000;
  /** Larger than any cache, copied in pieces. */
  private static final long COPIED = 64L << 20;
  private static final int COPY = 1 << 18;

  static Floor measure(JvmDevice device) {
    long tile = 4L * DEPTH * Tiles.HEIGHT + DEPTH * Tiles.PANEL_ROW + Tiles.EDGE_BYTES;
    double flops = 2.0 * DEPTH * Tiles.HEIGHT * Tiles.VECTORS * Memory.LANES * TILES * device.info().threads();
    double peak = flops / best(device, new Multiplying(device.info().threads()), tile);
    OffHeap memory = device.offHeap(2 * COPIED, "a measurement of memory's speed");
    try {
      return new Floor(peak, 2.0 * COPIED / best(device, new Copying(memory.address()), 0));
    } finally {
      device.free(memory);
    }
  }

  /** The best time in nanoseconds, of as many rounds as it takes to be compiled. */
  private static double best(JvmDevice device, Work work, long scratch) {
    long best = Long.MAX_VALUE;
    long begin = System.nanoTime();
    for (int i = 0; i < ROUNDS || System.nanoTime() - begin < NANOS; i++) {
      long start = System.nanoTime();
      device.run(new Work[] {work}, scratch);
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }

  /** In nanoseconds. */
  double of(Cost cost) {
    return Math.max(cost.flops() / flops, cost.bytes() / bytes);
  }

  private record Multiplying(int pieces) implements Work {
    @Override
    public void run(int piece, long scratch) {
      long panel = scratch + 4L * DEPTH * Tiles.HEIGHT, c = panel + DEPTH * Tiles.PANEL_ROW;
      Memory.zero(scratch, c - scratch + Tiles.EDGE_BYTES);
      for (int i = 0; i < TILES; i++) {
        Tiles.product(Tiles.HEIGHT, Tiles.WIDTH, DEPTH, Tiles.Left.rows(4L * DEPTH), scratch, panel, 0, c, Tiles.PANEL_ROW, false, 0);
      }
    }
  }

  private record Copying(long memory) implements Work {
    @Override
    public int pieces() {
      return (int) (COPIED / (4L * COPY));
    }

    @Override
    public void run(int piece, long scratch) {
      long from = memory + 4L * COPY * piece;
      ColumnKernels.copy(from, from + COPIED, COPY);
    }
  }
}
