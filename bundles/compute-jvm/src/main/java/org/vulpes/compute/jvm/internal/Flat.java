package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.STEP;

/**
 * Work on arrays of equal length, element by element, in whole vectors: what is left at the end goes through memory padded to a vector, so that
 * every kernel is one plain loop and an element's bits do not depend on where it lies.
 */
abstract class Flat implements Work {
  /** Elements of a piece: 32 KB an array, a few arrays fit the second-level cache. */
  static final int BLOCK = 1 << 13;

  private final long[] in;
  private final long[] out;
  private final long length;
  private final int rest;
  private final long[] paddedIn;
  private final long[] paddedOut;

  /** Over all inputs and outputs of the call. */
  Flat(Call call) {
    this(call, call.inputs(), call.outputs(), call.output(0).length());
  }

  Flat(Call call, long[] in, long[] out, long length) {
    this.in = in.clone();
    this.out = out.clone();
    this.length = length;
    rest = (int) (length % LANES);
    paddedIn = new long[in.length];
    paddedOut = new long[out.length];
    if (rest > 0) {
      long padded = call.partials().applyAsLong(STEP * (in.length + out.length));
      Memory.zero(padded, STEP * (in.length + out.length));
      for (int i = 0; i < in.length; i++) paddedIn[i] = padded + i * STEP;
      for (int i = 0; i < out.length; i++) paddedOut[i] = padded + (in.length + i) * STEP;
    }
  }

  /**
   * The kernel over {@code bytes} bytes, a multiple of a vector, from {@code from} on. An output may be the same memory as an input; every vector is
   * read before it is written.
   */
  abstract void loop(long[] in, long[] out, long from, int bytes);

  @Override
  public int pieces() {
    return Math.toIntExact((length + BLOCK - 1) / BLOCK);
  }

  @Override
  public void run(int piece, long scratch) {
    long from = (long) piece * BLOCK;
    int count = (int) Math.min(BLOCK, length - from);
    int whole = count - count % LANES;
    if (whole > 0) loop(in, out, 4 * from, 4 * whole);
    if (whole < count) end(4 * (from + whole));
  }

  /** Only the last piece comes here: the padded memory has one user. */
  private void end(long from) {
    for (int i = 0; i < in.length; i++) copy(in[i] + from, paddedIn[i]);
    for (int i = 0; i < out.length; i++) copy(out[i] + from, paddedOut[i]);
    loop(paddedIn, paddedOut, 0, (int) STEP);
    for (int i = 0; i < out.length; i++) copy(paddedOut[i], out[i] + from);
  }

  private void copy(long from, long to) {
    for (int i = 0; i < rest; i++) Memory.set(to + 4L * i, Memory.get(from + 4L * i));
  }
}
