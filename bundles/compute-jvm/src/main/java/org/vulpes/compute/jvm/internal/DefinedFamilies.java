package org.vulpes.compute.jvm.internal;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.vulpes.compute.DType;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.Operand;
import org.vulpes.compute.UnsupportedKernel;
import org.vulpes.graph.Operation;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/**
 * A family of kernels by the float64 definitions of its operations, on this device's F32 memory and one thread: what to swap in when a kernel is suspected. Its results
 * are the exact ones, rounded once.
 */
public abstract class DefinedFamilies implements Plugin<KernelFamily> {
  private final String family;

  private DefinedFamilies(String family) {
    this.family = family;
  }

  @Override
  public KernelFamily create(Options options) {
    return new JvmKernels(family, "definition", table -> table.family(family, (kernel, call) -> {
      if (!(kernel instanceof Operation op)) throw new UnsupportedKernel("kernels." + family + " = definition has none for '" + kernel.name() + "', which is no operation of the graph.");
      for (List<Operand> side : List.of(call.source().inputs(), call.source().outputs())) {
        for (Operand o : side) {
          if (o.type() == DType.BF16) throw new UnsupportedKernel("kernels." + family + " = definition reads F32 and whole numbers, but '" + kernel.name() + "' has an operand of BF16 here.");
        }
      }
      return new Work[] {new Definition(op, call)};
    }));
  }

  private record Definition(Operation operation, Call call) implements Work {
    @Override
    public int pieces() {
      return 1;
    }

    @Override
    public void run(int piece, long scratch) {
      List<Operand> inputs = call.source().inputs();
      List<Operand> outputs = call.source().outputs();
      var in = new double[inputs.size()][];
      for (int i = 0; i < in.length; i++) in[i] = read(inputs.get(i), call.in(i));
      var out = new double[outputs.size()][];
      for (int i = 0; i < out.length; i++) out[i] = new double[Math.toIntExact(outputs.get(i).length())];
      operation.define(in, shapes(inputs), out, shapes(outputs));
      for (int i = 0; i < out.length; i++) write(outputs.get(i), call.out(i), out[i]);
    }

    private static int[][] shapes(List<Operand> operands) {
      return operands.stream().map(Operand::shape).toArray(int[][]::new);
    }

    private static double[] read(Operand operand, long address) {
      var out = new double[Math.toIntExact(operand.length())];
      for (int i = 0; i < out.length; i++) out[i] = operand.type() == DType.I32 ? Memory.getInt(address + 4L * i) : Memory.get(address + 4L * i);
      return out;
    }

    private void write(Operand operand, long address, double[] values) {
      for (int i = 0; i < values.length; i++) {
        long at = address + 4L * i;
        Memory.set(at, (float) (call.accumulate() ? Memory.get(at) + values[i] : values[i]));
      }
    }
  }

  @Component(service = Plugin.class)
  @Fills(slot = "kernels.attention", use = "definition")
  public static final class Attention extends DefinedFamilies {
    public Attention() {
      super("attention");
    }
  }

  @Component(service = Plugin.class)
  @Fills(slot = "kernels.elementwise", use = "definition")
  public static final class Elementwise extends DefinedFamilies {
    public Elementwise() {
      super("elementwise");
    }
  }

  @Component(service = Plugin.class)
  @Fills(slot = "kernels.gemm", use = "definition")
  public static final class Gemm extends DefinedFamilies {
    public Gemm() {
      super("gemm");
    }
  }

  @Component(service = Plugin.class)
  @Fills(slot = "kernels.loss", use = "definition")
  public static final class Loss extends DefinedFamilies {
    public Loss() {
      super("loss");
    }
  }

  @Component(service = Plugin.class)
  @Fills(slot = "kernels.norm", use = "definition")
  public static final class Norm extends DefinedFamilies {
    public Norm() {
      super("norm");
    }
  }

  @Component(service = Plugin.class)
  @Fills(slot = "kernels.optimizer", use = "definition")
  public static final class Optimizer extends DefinedFamilies {
    public Optimizer() {
      super("optimizer");
    }
  }
}
