package org.vulpes.graph.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.compute.Program;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.operations.ActivateGradient;
import org.vulpes.graph.operations.GatedActivationGradient;
import org.vulpes.graph.operations.LinearCrossEntropyGradient;

/**
 * A test case for a kernel: an operation, random inputs that make sense for it, and what it must give by its float64 definition.
 *
 * <p>Inputs are rounded to float before the definition runs, so that a kernel in F32 starts from the very same numbers and differs by its own
 * rounding alone. Side inputs of gradients (inverse, logSumExp, out, mean) are computed from the other inputs, not drawn. Ids, targets (some
 * −1) and first visible positions are drawn in range; second moments are positive; activation inputs keep 0.01 away from zero.
 *
 * <p>{@link #run}, {@link #accumulate} and {@link #inPlace} run the one call on a device, with NaN in every output before (where the call
 * does not accumulate) and with 16 guard elements behind every output that must come back untouched. {@link #error} compares.
 *
 * @param inputs row-major; ids and positions as whole doubles
 * @param outputs expected, from the definition
 */
public record OperationCheck(Operation operation, List<Shape> inputShapes, List<Shape> outputShapes, double[][] inputs, double[][] outputs) {
  private static final int GUARD = 16;
  private static final double GUARD_VALUE = 12345;

  /** @param inputSizes the axes of each input, in the operation's order: {@code new int[] {2, 7, 24}, new int[] {24}} */
  public static OperationCheck of(Operation operation, long seed, int[]... inputSizes) {
    var shapes = new ArrayList<Shape>();
    for (int[] s : inputSizes) shapes.add(shape(s));
    double[][] inputs = new RandomInputs(seed).of(operation, inputSizes);
    return of(operation, shapes, inputs);
  }

  /** The same with inputs of one's own (special values, hand-made cases); they are rounded to float in place. */
  public static OperationCheck of(Operation operation, List<Shape> shapes, double[][] inputs) {
    for (double[] x : inputs) for (int i = 0; i < x.length; i++) x[i] = (float) x[i];
    List<Shape> outputShapes = operation.infer(shapes);
    double[][] outputs = outputShapes.stream().map(s -> new double[(int) s.length()]).toArray(double[][]::new);
    int[][] in = shapes.stream().map(Shape::sizes).toArray(int[][]::new), out = outputShapes.stream().map(Shape::sizes).toArray(int[][]::new);
    operation.define(inputs, in, outputs, out);
    return new OperationCheck(operation, List.copyOf(shapes), outputShapes, inputs, outputs);
  }

  private static Shape shape(int... sizes) {
    return new Shape(Arrays.stream(sizes).mapToObj(n -> Axis.of("axis", n)).toList());
  }

  /** What the operation gives on the device. Compare with {@link #error}. */
  public double[][] run(Device device) {
    return call(device, false, false);
  }

  /** The same with results added to what the outputs held ({@link #held}); what was held is subtracted again, so {@link #error} compares this too. */
  public double[][] accumulate(Device device) {
    return call(device, true, false);
  }

  /** The same with each output in the memory of the input that {@link Operation#inPlace} names. */
  public double[][] inPlace(Device device) {
    return call(device, false, true);
  }

  /**
   * Holds a device against the definition in every way that the operation offers: plain, with results added to what was there, in the memory of an input.
   *
   * @param most error that is rounding
   * @return empty when it agrees; else where it differs most
   */
  public Optional<String> disagreement(Device device, double most) {
    var ways = new ArrayList<double[][]>();
    ways.add(run(device));
    if (operation.accumulates()) ways.add(accumulate(device));
    if (operation.inPlace(0) >= 0) ways.add(inPlace(device));
    for (double[][] out : ways) if (!(error(out) <= most)) return Optional.of(error(out) + ": " + describe(out));
    return Optional.empty();
  }

  /** The largest difference to the definition over all outputs, each relative to the largest magnitude in its output; infinite for NaN. */
  public double error(double[][] actual) {
    double worst = 0;
    for (int o = 0; o < outputs.length; o++) {
      double scale = Math.max(1e-30, cancelled(o));
      for (double e : outputs[o]) scale = Math.max(scale, Math.abs(e));
      for (int i = 0; i < outputs[o].length; i++) {
        double d = Math.abs(actual[o][i] - outputs[o][i]) / scale;
        worst = Math.max(worst, Double.isNaN(d) ? Double.POSITIVE_INFINITY : d);
      }
    }
    return worst;
  }

  /** How large the terms are whose difference a result is: where softmax is almost one, softmax - 1 is small and carries the rounding of one; so is the slope of SiLU or GELU near its root. */
  private double cancelled(int output) {
    return switch (operation) {
      case LinearCrossEntropyGradient _ -> largest(inputs[4]) * largest(inputs[output == 0 ? 1 : 0]);
      case ActivateGradient _ -> largest(inputs[1]);
      case GatedActivationGradient _ when output == 0 -> largest(inputs[1]) * largest(inputs[2]);
      default -> 0;
    };
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }

  /** Where the largest difference is, for an assertion's message. */
  public String describe(double[][] actual) {
    String worst = operation + " on " + inputShapes + ": no difference";
    double most = 0;
    for (int o = 0; o < outputs.length; o++) {
      for (int i = 0; i < outputs[o].length; i++) {
        double d = Math.abs(actual[o][i] - outputs[o][i]);
        if (d <= most) continue;
        most = Double.isNaN(d) ? Double.POSITIVE_INFINITY : d;
        worst = operation + " on " + inputShapes + ": output " + o + ", element " + i + " is " + actual[o][i] + ", must be " + outputs[o][i];
      }
    }
    return worst;
  }

  /** What element i of an output holds before an accumulating call. */
  private static double held(int i) {
    return (i % 7 - 3) * 0.25;
  }

  private double[][] call(Device device, boolean accumulate, boolean inPlace) {
    var bindings = new ArrayList<Program.Binding>();
    var buffers = new HashMap<String, Buffer>();
    var in = new ArrayList<Operand>();
    var out = new ArrayList<Operand>();
    try {
      for (int i = 0; i < inputs.length; i++) in.add(operand(device, "in" + i, operation.inputType(i), inputs[i], inputShapes.get(i), bindings, buffers));
      for (int o = 0; o < outputs.length; o++) {
        if (inPlace && operation.inPlace(o) >= 0) {
          Operand taken = in.get(operation.inPlace(o));
          out.add(new Operand(taken.binding(), 0, taken.type(), outputShapes.get(o).sizes()));
          continue;
        }
        double[] before = new double[outputs[o].length];
        for (int i = 0; i < before.length; i++) before[i] = accumulate ? held(i) : operation.type(o) == DType.I32 ? -1 : Double.NaN;
        out.add(operand(device, "out" + o, operation.type(o), before, outputShapes.get(o), bindings, buffers));
      }
      var call = new KernelCall(operation, in, out, accumulate, "check");
      try (var executable = device.prepare(new Program("check of " + operation.name(), bindings, List.of(call), 0), buffers)) {
        executable.run();
      }
      double[][] got = new double[outputs.length][];
      for (int o = 0; o < got.length; o++) {
        got[o] = read(buffers.get(bindings.get(out.get(o).binding()).name()), outputs[o].length);
        if (accumulate) for (int i = 0; i < got[o].length; i++) got[o][i] -= held(i);
      }
      return got;
    } finally {
      buffers.values().forEach(Buffer::close);
    }
  }

  private static Operand operand(Device device, String name, DType type, double[] values, Shape shape, List<Program.Binding> bindings, Map<String, Buffer> buffers) {
    double[] guarded = Arrays.copyOf(values, values.length + GUARD);
    Arrays.fill(guarded, values.length, guarded.length, GUARD_VALUE);
    Buffer b = device.allocate(type, guarded.length);
    if (type == DType.I32) b.write(0, Arrays.stream(guarded).mapToInt(x -> (int) x).toArray(), 0, guarded.length);
    else b.write(0, guarded, 0, guarded.length);
    buffers.put(name, b);
    bindings.add(new Program.Binding(name, type, guarded.length));
    return new Operand(bindings.size() - 1, 0, type, shape.sizes());
  }

  private static double[] read(Buffer b, int length) {
    double[] all = new double[length + GUARD];
    if (b.type() == DType.I32) {
      int[] whole = new int[all.length];
      b.read(0, whole, 0, whole.length);
      for (int i = 0; i < all.length; i++) all[i] = whole[i];
    } else {
      b.read(0, all, 0, all.length);
    }
    for (int i = length; i < all.length; i++) {
      if (all[i] != GUARD_VALUE) throw new AssertionError("The kernel wrote " + all[i] + " behind the end of an output of " + length + " elements.");
    }
    return Arrays.copyOf(all, length);
  }
}
