package org.vulpes.graph;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.compute.Program;

/** What kernel calls cost by the operations' rules. @param bytes read and written */
public record Cost(long calls, long flops, long bytes) {

  /** Sums by kernel family: {@code gemm}, {@code attention}, … */
  public static SortedMap<String, Cost> byFamily(Program program) {
    return by(program, c -> c.kernel().family());
  }

  /** Sums by place in the model: {@code model.layers.3.self_attn}, and the same with {@code .gradient}. */
  public static SortedMap<String, Cost> byLabel(Program program) {
    return by(program, KernelCall::label);
  }

  private static SortedMap<String, Cost> by(Program program, Function<KernelCall, String> key) {
    var sums = new TreeMap<String, Cost>();
    for (KernelCall c : program.calls()) {
      sums.merge(key.apply(c), of(c), (a, b) -> new Cost(a.calls + b.calls, a.flops + b.flops, a.bytes + b.bytes));
    }
    return sums;
  }

  /** Of one call. */
  public static Cost of(KernelCall c) {
    return new Cost(1, flops(c), bytes(c));
  }

  /** An accumulating call also adds each of its results to what is there. */
  static long flops(KernelCall c) {
    if (!(c.kernel() instanceof Operation op)) return 0;
    List<Shape> outputs = shapes(c.outputs());
    long flops = op.flops(shapes(c.inputs()), outputs);
    if (c.accumulate()) for (Shape s : outputs) flops += s.length();
    return flops;
  }

  static long bytes(KernelCall c) {
    long bytes = 0;
    for (Operand o : c.inputs()) bytes += o.length() * o.type().bytes();
    for (Operand o : c.outputs()) bytes += o.length() * o.type().bytes() * (c.accumulate() ? 2 : 1);
    return bytes;
  }

  private static List<Shape> shapes(List<Operand> operands) {
    return operands.stream().map(o -> {
      var axes = new Axis[o.shape().length];
      for (int i = 0; i < axes.length; i++) axes[i] = Axis.of("axis", o.shape()[i]);
      return Shape.of(axes);
    }).toList();
  }
}
