package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.STEP;
import static org.vulpes.compute.jvm.internal.Memory.broadcast;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.store;

import jdk.incubator.vector.FloatVector;
import org.vulpes.graph.operations.Pointwise;

/** Functions of few numbers, for losses. Scalar where the polynomials of {@link VectorMath} do not reach to the ends: a loss may be far out. */
final class PointwiseKernels {
  private PointwiseKernels() {}

  static void register(KernelTable table) {
    table.with(Pointwise.class, (Pointwise k, Call call) -> new Work[] {switch (k.function()) {
      case SQUARE -> new Square(call);
      case RECIPROCAL -> new Reciprocal(call);
      case EXP -> new Each(call, StrictMath::exp);
      case LOG -> new Each(call, StrictMath::log);
      case SIGMOID -> new Each(call, x -> x >= 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x)));
      case SOFTPLUS -> new Each(call, x -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x))));
    }});
  }

  private static final class Square extends Flat {
    Square(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, y = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector v = load(x + o);
        store(v.mul(v), y + o);
      }
    }
  }

  private static final class Reciprocal extends Flat {
    Reciprocal(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, y = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) store(broadcast(1f).div(load(x + o)), y + o);
    }
  }

  /** One by one, in float64. */
  private static final class Each extends Flat {
    private final java.util.function.DoubleUnaryOperator function;

    Each(Call call, java.util.function.DoubleUnaryOperator function) {
      super(call);
      this.function = function;
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      for (int o = 0; o < bytes; o += 4) Memory.set(out[0] + from + o, (float) function.applyAsDouble(Memory.get(in[0] + from + o)));
    }
  }
}
