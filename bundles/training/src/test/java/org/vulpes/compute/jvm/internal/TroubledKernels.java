package org.vulpes.compute.jvm.internal;

import org.vulpes.compute.DType;
import org.vulpes.compute.KernelFamily;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.training.drill.Trouble;

/** The device's own kernels of a family until trouble begins: then the first result of each call is not a number, or the call throws. */
public record TroubledKernels(String family) implements Plugin<KernelFamily> {
  @Override
  public KernelFamily create(Options options) {
    KernelTable own = KernelTable.complete();
    return new JvmKernels(family, "troubled", table -> table.family(family, (kernel, call) -> {
      Work[] phases = own.build(call);
      phases[phases.length - 1] = new Troubled(phases[phases.length - 1], call);
      return phases;
    }));
  }

  private record Troubled(Work own, Call call) implements Work {
    @Override
    public int pieces() {
      return own.pieces();
    }

    @Override
    public void run(int piece, long scratch) {
      Trouble.sit();
      Trouble.now("kernels");
      own.run(piece, scratch);
      if (Trouble.notANumber() && call.output(0).type() == DType.F32) Memory.set(call.out(0), Float.NaN);
    }

    @Override
    public long scratchBytes() {
      return own.scratchBytes();
    }
  }
}
