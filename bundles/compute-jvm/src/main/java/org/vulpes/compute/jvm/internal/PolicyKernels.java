package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.get;

import org.vulpes.graph.operations.PolicyLoss;
import org.vulpes.graph.operations.PolicyLossGradient;
import org.vulpes.graph.operations.ValueLoss;
import org.vulpes.graph.operations.ValueLossGradient;

/** Losses of policies and values: one number a token, so they are computed in double precision by the operations' own formulas; equal log-probabilities give the ratio 1 exactly. */
final class PolicyKernels {
  private static final int BLOCK = 1 << 10;

  private PolicyKernels() {}

  static void register(KernelTable table) {
    table.with(PolicyLoss.class, (PolicyLoss k, Call call) -> new Work[] {new EachToken(call.output(0).length(), i -> {
      PolicyLoss.Token t = k.token(get(call.in(0) + i), get(call.in(1) + i), get(call.in(2) + i), get(call.in(3) + i));
      Memory.set(call.out(0) + i, (float) t.loss());
      Memory.set(call.out(1) + i, (float) Math.abs(t.ratio() - 1));
      Memory.set(call.out(2) + i, (float) t.clipped());
      Memory.set(call.out(3) + i, (float) t.kl());
    })});
    table.with(PolicyLossGradient.class, (PolicyLossGradient k, Call call) -> new Work[] {new EachToken(call.output(0).length(), i ->
        Memory.set(call.out(0) + i, (float) (get(call.in(4) + i) * k.of().token(get(call.in(0) + i), get(call.in(1) + i), get(call.in(2) + i), get(call.in(3) + i)).gradient())))});
    table.with(ValueLoss.class, (ValueLoss k, Call call) -> new Work[] {new EachToken(call.output(0).length(), i ->
        Memory.set(call.out(0) + i, (float) k.of(get(call.in(0) + i), get(call.in(1) + i), get(call.in(2) + i))))});
    table.with(ValueLossGradient.class, (ValueLossGradient k, Call call) -> new Work[] {new EachToken(call.output(0).length(), i ->
        Memory.set(call.out(0) + i, (float) (get(call.in(3) + i) * k.of().slope(get(call.in(0) + i), get(call.in(1) + i), get(call.in(2) + i)))))});
  }

  private interface AtOffset {
    /** @param bytes from the start of each operand */
    void run(long bytes);
  }

  private record EachToken(long length, AtOffset each) implements Work {
    @Override
    public int pieces() {
      return Math.toIntExact((length + BLOCK - 1) / BLOCK);
    }

    @Override
    public void run(int piece, long scratch) {
      for (long i = (long) piece * BLOCK, end = Math.min(length, i + BLOCK); i < end; i++) each.run(4 * i);
    }
  }
}
