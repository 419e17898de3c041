package org.vulpes.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.Executable;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.Operand;
import org.vulpes.compute.Program;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Cost;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;

/** One kernel on a device, alone, over random values: what benchmarks of kernels run. Owns its buffers, not the device. */
public final class KernelProbe implements AutoCloseable {
  private final Executable executable;
  private final List<Buffer> buffers = new ArrayList<>();
  private final Cost cost;

  /** @param values fills an input; null: standard normal values, or zeros for whole numbers */
  public record Input(int[] shape, Fill values) {
    /** Standard normal values. */
    public static Input of(int... shape) {
      return new Input(shape, null);
    }

    /** Every element is what {@code value} gives for its index. */
    public static Input of(Fill value, int... shape) {
      return new Input(shape, value);
    }
  }

  /** Value of the element at an index. */
  public interface Fill {
    double at(int index);
  }

  /**
   * @param accumulate add to what the outputs hold
   * @throws org.vulpes.compute.UnsupportedKernel when the device has no such kernel
   */
  public KernelProbe(Device device, Operation operation, boolean accumulate, Input... inputs) {
    this(device, List.of(), operation, accumulate, inputs);
  }

  /** The same with other kernels than the device's own. */
  public KernelProbe(Device device, List<KernelFamily> families, Operation operation, boolean accumulate, Input... inputs) {
    var bindings = new ArrayList<Program.Binding>();
    var bound = new HashMap<String, Buffer>();
    var in = new ArrayList<Operand>();
    RandomGenerator random = new SplittableRandom(1);
    for (int i = 0; i < inputs.length; i++) {
      var operand = new Operand(bindings.size(), 0, operation.inputType(i), inputs[i].shape());
      Buffer b = bind(device, "in" + i, operand, bindings, bound);
      fill(b, inputs[i].values(), random);
      in.add(operand);
    }
    List<Shape> shapes = operation.infer(in.stream().map(o -> shape(o.shape())).toList());
    var out = new ArrayList<Operand>();
    for (int i = 0; i < shapes.size(); i++) {
      int same = operation.inPlace(i);
      if (same >= 0) {
        out.add(in.get(same));
      } else {
        var operand = new Operand(bindings.size(), 0, operation.type(i), shapes.get(i).sizes());
        bind(device, "out" + i, operand, bindings, bound);
        out.add(operand);
      }
    }
    var call = new KernelCall(operation, in, out, accumulate, operation.name());
    cost = Cost.of(call);
    executable = device.prepare(new Program(operation.name(), bindings, List.of(call), 0), bound, families);
  }

  private Buffer bind(Device device, String name, Operand operand, List<Program.Binding> bindings, HashMap<String, Buffer> bound) {
    Buffer b = device.allocate(operand.type(), operand.length());
    buffers.add(b);
    bindings.add(new Program.Binding(name, operand.type(), operand.length()));
    bound.put(name, b);
    return b;
  }

  private static void fill(Buffer buffer, Fill values, RandomGenerator random) {
    int n = Math.toIntExact(buffer.length());
    if (buffer.type() == DType.I32) {
      var whole = new int[n];
      if (values != null) for (int i = 0; i < n; i++) whole[i] = (int) values.at(i);
      buffer.write(0, whole, 0, n);
    } else {
      var real = new float[n];
      for (int i = 0; i < n; i++) real[i] = (float) (values == null ? random.nextGaussian() : values.at(i));
      buffer.write(0, real, 0, n);
    }
  }

  private static Shape shape(int[] sizes) {
    var axes = new Axis[sizes.length];
    for (int i = 0; i < sizes.length; i++) axes[i] = Axis.of("axis", sizes[i]);
    return Shape.of(axes);
  }

  /** Runs the kernel once. */
  public void run() {
    executable.run();
  }

  /** FLOPs and bytes of one run, by the operation's rules. */
  public Cost cost() {
    return cost;
  }

  @Override
  public void close() {
    executable.close();
    buffers.forEach(Buffer::close);
  }
}
