package org.vulpes.compute.opencl.internal;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.compute.Program;
import org.vulpes.compute.UnsupportedKernel;
import org.vulpes.slot.InvalidInput;

/** Sentences for what goes wrong between a program and the texts that should compute it. */
final class Failures {
  private Failures() {}

  /** What an entry's expressions give. @throws InvalidInput with the entry's place when they cannot be evaluated */
  static <T> T in(KernelText.Entry entry, Supplier<T> evaluation) {
    try {
      return evaluation.get();
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      throw new InvalidInput(entry.place() + "kernels of '" + entry.bundle() + "', " + entry.describe() + ": " + e.getMessage() + ".", e);
    }
  }

  static UnsupportedKernel unsupported(Program program, KernelCall call, Choice choice, ClFacts facts) {
    List<String> asked = choice.texts(call.kernel()).stream().map(KernelText::name).toList();
    String shapes = String.join(" ", call.inputs().stream().map(Operand::shape).map(Arrays::toString).toList());
    String who = asked.isEmpty() ? "no kernels that were chosen for it multiply in " + facts.precision() : "none of the kernels of " + String.join(", ", asked) + " computes " + call.kernel() + (call.accumulate() ? " += " : " ") + "of " + shapes;
    return new UnsupportedKernel(Step.place(program, call) + "on " + facts.id() + " " + who + "; choose other kernels with kernels." + call.kernel().family()
        + ".use = device, or run on device = jvm.");
  }
}
