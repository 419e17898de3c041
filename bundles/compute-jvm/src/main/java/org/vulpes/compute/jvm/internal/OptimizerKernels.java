package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.STEP;
import static org.vulpes.compute.jvm.internal.Memory.broadcast;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.store;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.vulpes.graph.operations.AdamW;
import org.vulpes.graph.operations.ClipFactor;
import org.vulpes.graph.operations.Lion;
import org.vulpes.graph.operations.SquaredNorm;

/** Gradient norm, clipping and parameter updates. */
final class OptimizerKernels {
  private OptimizerKernels() {}

  static void register(KernelTable table) {
    table.with(SquaredNorm.class, (k, call) -> squaredNorm(call))
        .with(ClipFactor.class, (k, call) -> new Work[] {clipFactor(call)})
        .with(AdamW.class, (AdamW k, Call call) -> new Work[] {new AdamWUpdate(call, k.decay())})
        .with(Lion.class, (Lion k, Call call) -> new Work[] {new LionUpdate(call, k.decay())});
  }

  /** Blocks do not cross from one input into the next. */
  private static Work[] squaredNorm(Call call) {
    int inputs = call.inputs().length;
    int[] firstBlock = new int[inputs + 1];
    for (int i = 0; i < inputs; i++) firstBlock[i + 1] = firstBlock[i] + BlockSum.blocks(call.input(i).length());
    long[] lengths = new long[inputs];
    Arrays.setAll(lengths, i -> call.input(i).length());
    var sum = new BlockSum(call, firstBlock[inputs]);
    Work squares = new Work() {
      @Override
      public int pieces() {
        return firstBlock[inputs];
      }

      @Override
      public void run(int piece, long scratch) {
        int input = 0;
        while (firstBlock[input + 1] <= piece) input++;
        int block = piece - firstBlock[input];
        long x = call.in(input) + 4L * block * BlockSum.BLOCK;
        sum.set(piece, BlockSum.dot(x, x, BlockSum.size(lengths[input], block)));
      }
    };
    return new Work[] {squares, sum};
  }

  private static Work clipFactor(Call call) {
    return new Work() {
      @Override
      public int pieces() {
        return 1;
      }

      @Override
      public void run(int piece, long scratch) {
        double limit = Memory.get(call.in(1));
        double factor = limit <= 0 ? 1 : Math.min(1, limit / (Math.sqrt(Memory.get(call.in(0))) + 1e-6));
        Memory.set(call.out(0), (float) factor);
      }
    };
  }

  private static final class AdamWUpdate extends Flat {
    private final long factor;
    private final long hyper;
    private final boolean decay;

    AdamWUpdate(Call call, boolean decay) {
      super(call, Arrays.copyOf(call.inputs(), 4), call.outputs(), call.input(0).length());
      factor = call.in(4);
      hyper = call.in(5);
      this.decay = decay;
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long p = in[0] + from, g = in[1] + from, m = in[2] + from, v = in[3] + from;
      long newP = out[0] + from, newM = out[1] + from, newV = out[2] + from;
      float rate = Memory.get(hyper), beta1 = Memory.get(hyper + 4), beta2 = Memory.get(hyper + 8);
      FloatVector clip = broadcast(Memory.get(factor)), b1 = broadcast(beta1), b2 = broadcast(beta2);
      FloatVector a1 = broadcast(1 - beta1), a2 = broadcast(1 - beta2), epsilon = broadcast(Memory.get(hyper + 12));
      FloatVector keep = broadcast(decay ? (float) (1 - (double) rate * Memory.get(hyper + 16)) : 1);
      FloatVector step = broadcast((float) (-rate / (double) Memory.get(hyper + 20))), correct = broadcast((float) (1 / (double) Memory.get(hyper + 24)));
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector gradient = load(g + o).mul(clip);
        FloatVector first = load(m + o).fma(b1, gradient.mul(a1));
        FloatVector second = load(v + o).fma(b2, gradient.mul(gradient).mul(a2));
        store(first, newM + o);
        store(second, newV + o);
        FloatVector change = first.mul(step).div(second.mul(correct).sqrt().add(epsilon));
        store(load(p + o).fma(keep, change), newP + o);
      }
    }
  }

  private static final class LionUpdate extends Flat {
    private final long factor;
    private final long hyper;
    private final boolean decay;

    LionUpdate(Call call, boolean decay) {
      super(call, Arrays.copyOf(call.inputs(), 3), call.outputs(), call.input(0).length());
      factor = call.in(3);
      hyper = call.in(4);
      this.decay = decay;
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long p = in[0] + from, g = in[1] + from, m = in[2] + from, newP = out[0] + from, newM = out[1] + from;
      float rate = Memory.get(hyper), beta1 = Memory.get(hyper + 4), beta2 = Memory.get(hyper + 8);
      FloatVector clip = broadcast(Memory.get(factor)), b1 = broadcast(beta1), b2 = broadcast(beta2);
      FloatVector a1 = broadcast(1 - beta1), a2 = broadcast(1 - beta2);
      FloatVector keep = broadcast(decay ? (float) (1 - (double) rate * Memory.get(hyper + 16)) : 1);
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector gradient = load(g + o).mul(clip), moment = load(m + o);
        FloatVector u = moment.fma(b1, gradient.mul(a1));
        FloatVector sign = u.blend(1f, u.compare(VectorOperators.GT, 0f)).blend(-1f, u.compare(VectorOperators.LT, 0f));
        store(load(p + o).fma(keep, sign.mul(-rate)), newP + o);
        store(moment.fma(b2, gradient.mul(a2)), newM + o);
      }
    }
  }
}
