package org.vulpes.compute.opencl.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * The least time that work could take on a device: its operations at the rate of fused multiply-adds in registers, or its bytes at the rate at which memory is copied, whichever is longer. Kernels whose
 * operands stay in a cache can be faster than their bytes.
 *
 * @param flops a nanosecond
 * @param bytes a nanosecond, read and written
 */
record Floor(double flops, double bytes) {
  /** At least, and for so long: another process may have a core for some rounds. */
  private static final int ROUNDS = 20;
  private static final long NANOS = 250_000_000;
  /** Of floor.cl. */
  private static final int CHAINS = 12;
  /** Larger than most caches. */
  private static final long COPIED = 64L << 20;

  /** @param context with a timed queue @throws ClFailure when the device refuses */
  static Floor measure(ClContext context) {
    ClFacts facts = context.facts;
    int floats = facts.floatWidth() >= 16 ? 16 : Math.max(1, Integer.highestOneBit(facts.floatWidth()));
    // Some groups a unit on a processor, as many items as hide latencies on a GPU; a millisecond's work or so.
    long group = facts.gpu() ? Math.min(256, facts.maxGroup()) : 1, items = (long) facts.units() * (facts.gpu() ? 8 * group : 4);
    int turns = facts.gpu() ? 2_000 : 50_000;
    long bytes = Math.min(COPIED, Math.min(facts.maxAllocation(), facts.globalBytes() / 4)) / (4096L * floats) * (4096L * floats);
    try (Arena arena = Arena.ofConfined()) {
      long program = context.build(text(), "-DFLOATS=" + floats), multiply = context.kernel(program, "multiply_add"), copy = context.kernel(program, "copy");
      long to = context.buffer(Math.max(bytes, 4 * floats * items)), from = context.buffer(bytes);
      try {
        context.zero(from, bytes);
        context.argument(multiply, 0, to);
        context.argument(multiply, 1, turns);
        double nanos = best(context, multiply, items, group, arena);
        context.argument(copy, 0, to);
        context.argument(copy, 1, from);
        return new Floor(2.0 * CHAINS * floats * turns * items / nanos, 2.0 * bytes / best(context, copy, bytes / (4 * floats), Math.min(256, facts.maxGroup()), arena));
      } finally {
        context.release(from);
        context.release(to);
        context.releaseKernel(copy);
        context.releaseKernel(multiply);
        context.releaseProgram(program);
      }
    }
  }

  private static long best(ClContext context, long kernel, long items, long group, Arena arena) {
    MemorySegment sizes = ClContext.range(arena, new long[] {items}, new long[] {group});
    long best = Long.MAX_VALUE;
    long begin = System.nanoTime();
    for (int i = 0; i < ROUNDS || System.nanoTime() - begin < NANOS; i++) {
      long event = context.enqueueTimed(kernel, 1, sizes.asSlice(0, 24), sizes.asSlice(24, 24));
      context.finish();
      best = Math.min(best, context.nanos(event));
    }
    return Math.max(1, best);
  }

  private static String text() {
    try (var in = Floor.class.getResourceAsStream("/floor.cl")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In nanoseconds. */
  double of(double flops, double bytes) {
    return Math.max(flops / this.flops, bytes / this.bytes);
  }
}
