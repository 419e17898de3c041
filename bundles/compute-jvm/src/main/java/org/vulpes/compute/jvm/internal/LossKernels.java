package org.vulpes.compute.jvm.internal;

import java.util.Arrays;
import java.util.List;
import org.vulpes.compute.DType;
import org.vulpes.compute.Operand;
import org.vulpes.compute.UnsupportedKernel;
import org.vulpes.graph.operations.LinearCrossEntropy;
import org.vulpes.graph.operations.LinearCrossEntropyGradient;

/** The loss head: {@link LinearCrossEntropy} and its gradient, whose operands are checked here. */
final class LossKernels {
  private LossKernels() {}

  static void register(KernelTable table) {
    table.with(LinearCrossEntropy.class, (LinearCrossEntropy op, Call call) -> loss(op.keep(), call));
    table.with(LinearCrossEntropyGradient.class, (LinearCrossEntropyGradient op, Call call) -> gradient(op.kept(), call));
  }

  private static Work[] loss(boolean keep, Call call) {
    HeadLogits logits = logits(call, 3, keep ? 3 : 2);
    require(call, !keep || whole(logits, call.output(2)), "gives logits of every row and token");
    require(call, call.output(0).length() == logits.rows() && call.output(1).length() == logits.rows(), "gives one value a row");
    return new HeadLoss(logits, call.in(2), call.out(0), call.out(1), keep ? call.out(2) : 0, call.partials()).phases();
  }

  private static Work[] gradient(boolean kept, Call call) {
    HeadLogits logits = logits(call, kept ? 6 : 5, 2);
    require(call, !kept || whole(logits, call.input(5)), "takes logits of every row and token");
    require(call, call.input(3).length() == logits.rows() && call.input(4).length() == logits.rows(), "takes one logSumExp and one coefficient a row");
    require(call, call.output(0).length() == call.input(0).length() && call.output(1).length() == call.input(1).length(),
        "gives gradients of the sizes of hidden and weight");
    return new HeadGradient(logits, call.in(2), call.in(3), call.in(4), kept ? call.in(5) : 0, call.out(0), call.out(1), call.partials()).phases();
  }

  private static HeadLogits logits(Call call, int inputs, int outputs) {
    List<Operand> in = call.source().inputs();
    List<Operand> out = call.source().outputs();
    require(call, in.size() == inputs && out.size() == outputs, "takes " + inputs + " operands and gives " + outputs);
    for (int i = 0; i < inputs; i++) require(call, in.get(i).type() == (i == 2 ? DType.I32 : DType.F32), "takes I32 targets and F32 elsewhere");
    for (Operand o : out) require(call, o.type() == DType.F32, "gives F32");
    Operand hidden = in.get(0);
    Operand weight = in.get(1);
    require(call, hidden.columns() == weight.columns() && in.get(2).length() == hidden.rows(),
        "cannot combine hidden " + Arrays.toString(hidden.shape()) + ", weight " + Arrays.toString(weight.shape()) + " and targets "
            + Arrays.toString(in.get(2).shape()));
    return new HeadLogits(hidden.rows(), hidden.columns(), weight.rows(), call.in(0), call.in(1));
  }

  private static boolean whole(HeadLogits logits, Operand kept) {
    return kept.rows() == logits.rows() && kept.columns() == logits.vocabulary();
  }

  private static void require(Call call, boolean holds, String what) {
    if (!holds) throw new UnsupportedKernel("The jvm device's " + call.source().kernel().name() + " (" + call.source().label() + ") " + what + ".");
  }
}
