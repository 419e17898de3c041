package org.vulpes.compute.jvm.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Kernel;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.Operand;
import org.vulpes.compute.Program;

/** Runs one kernel on a fresh device: values in, values out. */
final class OneCall {
  private final Kernel kernel;
  private final List<Operand> inputs = new ArrayList<>();
  private final List<Object> values = new ArrayList<>();
  private final List<Operand> outputs = new ArrayList<>();
  private final List<float[]> before = new ArrayList<>();
  private boolean accumulate;
  private List<KernelFamily> families = List.of();

  OneCall(Kernel kernel) {
    this.kernel = kernel;
  }

  OneCall in(float[] v, int... shape) {
    inputs.add(new Operand(inputs.size(), 0, DType.F32, shape));
    values.add(v);
    return this;
  }

  OneCall in(int[] v, int... shape) {
    inputs.add(new Operand(inputs.size(), 0, DType.I32, shape));
    values.add(v);
    return this;
  }

  /** An output that holds NaN before the call. */
  OneCall out(int... shape) {
    int n = 1;
    for (int s : shape) n *= s;
    var poison = new float[n];
    Arrays.fill(poison, Float.NaN);
    return out(poison, shape);
  }

  OneCall out(float[] holds, int... shape) {
    outputs.add(new Operand(-2, 0, DType.F32, shape));
    before.add(holds);
    return this;
  }

  /** By other kernels than the device's own. */
  OneCall by(KernelFamily family) {
    families = List.of(family);
    return this;
  }

  OneCall accumulate() {
    accumulate = true;
    return this;
  }

  /** The outputs. Every binding starts at an element that is not aligned, with poison on both sides that must survive. */
  float[][] run(int threads) {
    try (var device = new JvmDevice(threads, 50_000)) {
      var bindings = new ArrayList<Program.Binding>();
      var buffers = new HashMap<String, Buffer>();
      var in = new ArrayList<Operand>();
      for (int i = 0; i < inputs.size(); i++) {
        Operand o = inputs.get(i);
        Buffer b = device.allocate(o.type(), o.length() + 6);
        if (values.get(i) instanceof float[] f) {
          b.write(0, poison(f, 3), 0, f.length + 6);
        } else {
          b.write(3, (int[]) values.get(i), 0, (int) o.length());
        }
        bindings.add(new Program.Binding("in" + i, o.type(), o.length() + 6));
        buffers.put("in" + i, b);
        in.add(new Operand(i, 3, o.type(), o.shape()));
      }
      var out = new ArrayList<Operand>();
      for (int i = 0; i < outputs.size(); i++) {
        Operand o = outputs.get(i);
        Buffer b = device.allocate(DType.F32, o.length() + 6);
        b.write(0, poison(before.get(i), 3), 0, (int) o.length() + 6);
        out.add(new Operand(bindings.size(), 3, DType.F32, o.shape()));
        bindings.add(new Program.Binding("out" + i, DType.F32, o.length() + 6));
        buffers.put("out" + i, b);
      }
      var program = new Program("one call", bindings, List.of(new KernelCall(kernel, in, out, accumulate, "test")), 0);
      try (var executable = device.prepare(program, buffers, families)) {
        executable.run();
      }
      var results = new float[outputs.size()][];
      for (int i = 0; i < results.length; i++) {
        int n = (int) outputs.get(i).length();
        var all = new float[n + 6];
        buffers.get("out" + i).read(0, all, 0, n + 6);
        for (int g = 0; g < 3; g++) {
          if (!Float.isNaN(all[g]) || !Float.isNaN(all[n + 3 + g])) throw new AssertionError("output " + i + " was written outside of its bounds");
        }
        results[i] = Arrays.copyOfRange(all, 3, n + 3);
      }
      return results;
    }
  }

  private static float[] poison(float[] v, int margin) {
    var all = new float[v.length + 2 * margin];
    Arrays.fill(all, Float.NaN);
    System.arraycopy(v, 0, all, margin, v.length);
    return all;
  }

  /** ‖out − reference‖ / ‖reference‖. */
  static double error(float[] out, double[] reference) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < out.length; i++) {
      difference += (out[i] - reference[i]) * (out[i] - reference[i]);
      norm += reference[i] * reference[i];
    }
    return Math.sqrt(difference / Math.max(norm, 1e-300));
  }

  /** Normal values from a seed. */
  static float[] random(long seed, int n) {
    var r = new java.util.Random(seed);
    var v = new float[n];
    for (int i = 0; i < n; i++) v[i] = (float) r.nextGaussian();
    return v;
  }
}
