package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.STEP;
import static org.vulpes.compute.jvm.internal.Memory.broadcast;
import static org.vulpes.compute.jvm.internal.Memory.first;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.vulpes.graph.operations.Add;
import org.vulpes.graph.operations.AddBias;
import org.vulpes.graph.operations.Dot;
import org.vulpes.graph.operations.Multiply;
import org.vulpes.graph.operations.Scale;
import org.vulpes.graph.operations.ScaleBy;
import org.vulpes.graph.operations.SumRows;

/** Sums and products, element by element, and the two sums over elements: rows and dot product. */
final class ArithmeticKernels {
  private ArithmeticKernels() {}

  static void register(KernelTable table) {
    table.with(Add.class, (k, call) -> new Work[] {new Sum(call)})
        .with(Multiply.class, (k, call) -> new Work[] {new Product(call)})
        .with(Scale.class, (Scale k, Call call) -> new Work[] {new Scaled(call, (float) k.factor(), 0)})
        .with(ScaleBy.class, (k, call) -> new Work[] {new Scaled(call, 1, call.in(1))})
        .with(AddBias.class, (k, call) -> new Work[] {new Bias(call)})
        .with(SumRows.class, (k, call) -> sumRows(call))
        .with(Dot.class, (k, call) -> dot(call));
  }

  private static final class Sum extends Flat {
    private final boolean accumulate;

    Sum(Call call) {
      super(call);
      accumulate = call.accumulate();
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long a = in[0] + from, b = in[1] + from, y = out[0] + from;
      if (accumulate) for (int o = 0; o < bytes; o += (int) STEP) store(load(y + o).add(load(a + o).add(load(b + o))), y + o);
      else for (int o = 0; o < bytes; o += (int) STEP) store(load(a + o).add(load(b + o)), y + o);
    }
  }

  private static final class Product extends Flat {
    private final boolean accumulate;

    Product(Call call) {
      super(call);
      accumulate = call.accumulate();
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long a = in[0] + from, b = in[1] + from, y = out[0] + from;
      if (accumulate) for (int o = 0; o < bytes; o += (int) STEP) store(load(a + o).fma(load(b + o), load(y + o)), y + o);
      else for (int o = 0; o < bytes; o += (int) STEP) store(load(a + o).mul(load(b + o)), y + o);
    }
  }

  /** y = factor · x; the factor lies in memory when {@code at} is not 0. */
  private static final class Scaled extends Flat {
    private final float constant;
    private final long at;
    private final boolean accumulate;

    Scaled(Call call, float constant, long at) {
      super(call, new long[] {call.in(0)}, call.outputs(), call.output(0).length());
      this.constant = constant;
      this.at = at;
      accumulate = call.accumulate();
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, y = out[0] + from;
      FloatVector s = broadcast(at == 0 ? constant : Memory.get(at));
      if (accumulate) for (int o = 0; o < bytes; o += (int) STEP) store(load(x + o).fma(s, load(y + o)), y + o);
      else for (int o = 0; o < bytes; o += (int) STEP) store(load(x + o).mul(s), y + o);
    }
  }

  private static final class Bias extends RowBlocks {
    private final long x;
    private final long bias;
    private final long y;
    private final int width;

    Bias(Call call) {
      super(call.input(0).rows(), call.input(0).columns());
      x = call.in(0);
      bias = call.in(1);
      y = call.out(0);
      width = call.input(0).columns();
    }

    @Override
    void rows(int piece, long first, int count, long scratch) {
      for (long r = first; r < first + count; r++) row(x + 4 * r * width, bias, y + 4 * r * width, width);
    }

    private static void row(long x, long bias, long y, int width) {
      int j = 0;
      for (; j + LANES <= width; j += LANES) store(load(x + 4L * j).add(load(bias + 4L * j)), y + 4L * j);
      if (j < width) {
        VectorMask<Float> m = first(width - j);
        store(load(x + 4L * j, m).add(load(bias + 4L * j, m)), y + 4L * j, m);
      }
    }
  }

  private static Work[] sumRows(Call call) {
    long x = call.in(0);
    int rows = call.input(0).rows(), width = call.input(0).columns(), blocks = RowBlocks.blocks(rows, width);
    long partial = call.partials().applyAsLong(4L * blocks * width);
    Work byBlock = new RowBlocks(rows, width) {
      @Override
      void rows(int piece, long first, int count, long scratch) {
        ColumnSums.strip(x + 4 * first * width, count, 4L * width, width, partial + 4L * piece * width, false);
      }
    };
    return new Work[] {byBlock, new ColumnSums(partial, blocks, width, call.out(0), call.accumulate())};
  }

  private static Work[] dot(Call call) {
    long length = call.input(0).length();
    var sum = new BlockSum(call, BlockSum.blocks(length));
    Work products = new Work() {
      @Override
      public int pieces() {
        return BlockSum.blocks(length);
      }

      @Override
      public void run(int piece, long scratch) {
        long from = 4L * piece * BlockSum.BLOCK;
        sum.set(piece, BlockSum.dot(call.in(0) + from, call.in(1) + from, BlockSum.size(length, piece)));
      }
    };
    return new Work[] {products, sum};
  }
}
