package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.STEP;
import static org.vulpes.compute.jvm.internal.Memory.first;
import static org.vulpes.compute.jvm.internal.Memory.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** The second phase of a sum to one number: doubles of blocks are added from the first to the last and written as the call's output. */
final class BlockSum implements Work {
  /** Elements whose products are added up in F32, in lanes. */
  static final int BLOCK = 1 << 13;

  private final long partial;
  private final int blocks;
  private final long result;

  BlockSum(Call call, int blocks) {
    this.blocks = blocks;
    partial = call.partials().applyAsLong(8L * Math.max(1, blocks));
    result = call.out(0);
  }

  static int blocks(long length) {
    return Math.toIntExact((length + BLOCK - 1) / BLOCK);
  }

  static int size(long length, int block) {
    return (int) Math.min(BLOCK, length - (long) block * BLOCK);
  }

  void set(int block, double value) {
    Memory.setDouble(partial + 8L * block, value);
  }

  /** Sum of a[i] · b[i]. */
  static float dot(long a, long b, int count) {
    FloatVector s0 = FloatVector.zero(Memory.SPECIES), s1 = s0, s2 = s0, s3 = s0;
    int j = 0;
    for (; j + 4 * LANES <= count; j += 4 * LANES) {
      long x = a + 4L * j, y = b + 4L * j;
      s0 = load(x).fma(load(y), s0);
      s1 = load(x + STEP).fma(load(y + STEP), s1);
      s2 = load(x + 2 * STEP).fma(load(y + 2 * STEP), s2);
      s3 = load(x + 3 * STEP).fma(load(y + 3 * STEP), s3);
    }
    for (; j < count; j += LANES) {
      VectorMask<Float> m = first(count - j);
      s0 = load(a + 4L * j, m).fma(load(b + 4L * j, m), s0);
    }
    return VectorMath.sum(s0.add(s1).add(s2.add(s3)));
  }

  @Override
  public int pieces() {
    return 1;
  }

  @Override
  public void run(int piece, long scratch) {
    double sum = 0;
    for (int i = 0; i < blocks; i++) sum += Memory.getDouble(partial + 8L * i);
    Memory.set(result, (float) sum);
  }
}
