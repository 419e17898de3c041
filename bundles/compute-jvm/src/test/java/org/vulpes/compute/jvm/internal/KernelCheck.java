package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.vulpes.compute.DType;
import org.vulpes.compute.Kernel;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;

/**
 * Runs one kernel on memory full of NaN, compares it with float64, and demands: nothing outside of the outputs is written, inputs stay as they were, and the
 * bits are the same when several threads take the pieces from the last to the first.
 */
final class KernelCheck {
  private static final int GUARD = 0x7fc0beef;
  private static final int GUARDS = 16;
  static final double TOLERANCE = 1e-5;

  private final Kernel kernel;
  private final Random random;
  private final List<int[]> shapes = new ArrayList<>();
  private final List<double[]> values = new ArrayList<>();
  private final List<DType> types = new ArrayList<>();
  private final List<int[]> results = new ArrayList<>();
  private final int[] inPlace = {-1, -1, -1, -1};
  private boolean accumulate;
  private int shift;

  KernelCheck(Kernel kernel, long seed) {
    this.kernel = kernel;
    random = new Random(seed);
  }

  /** An input of normal random numbers. */
  KernelCheck random(int... shape) {
    return scaled(1, shape);
  }

  KernelCheck scaled(double scale, int... shape) {
    double[] x = new double[length(shape)];
    for (int i = 0; i < x.length; i++) x[i] = scale * random.nextGaussian();
    return values(x, shape);
  }

  /** An input of squares, as second moments are. */
  KernelCheck positive(int... shape) {
    double[] x = new double[length(shape)];
    for (int i = 0; i < x.length; i++) x[i] = Math.pow(random.nextGaussian(), 2);
    return values(x, shape);
  }

  /** A given input, rounded to F32. */
  KernelCheck values(double[] x, int... shape) {
    double[] rounded = new double[x.length];
    for (int i = 0; i < x.length; i++) rounded[i] = (float) x[i];
    return add(DType.F32, rounded, shape);
  }

  KernelCheck ids(int bound, int... shape) {
    int[] x = new int[length(shape)];
    for (int i = 0; i < x.length; i++) x[i] = random.nextInt(bound);
    return integers(x, shape);
  }

  KernelCheck integers(int[] x, int... shape) {
    return add(DType.I32, Arrays.stream(x).asDoubleStream().toArray(), shape);
  }

  private KernelCheck add(DType type, double[] x, int... shape) {
    shapes.add(shape);
    values.add(x);
    types.add(type);
    return this;
  }

  KernelCheck gives(int... shape) {
    results.add(shape);
    return this;
  }

  KernelCheck inPlace(int output, int input) {
    inPlace[output] = input;
    return this;
  }

  KernelCheck accumulating() {
    accumulate = true;
    return this;
  }

  /** Operands begin this many elements after an aligned address. */
  KernelCheck shifted(int elements) {
    shift = elements;
    return this;
  }

  double[] input(int i) {
    return values.get(i);
  }

  int[] inputShape(int i) {
    return shapes.get(i);
  }

  /** Runs, checks, and returns the outputs as the kernel left them. */
  float[][] run() {
    double[][] before = new double[results.size()][];
    double[][] expected = new double[results.size()][];
    for (int o = 0; o < expected.length; o++) {
      before[o] = new double[length(results.get(o))];
      expected[o] = new double[before[o].length];
      for (int i = 0; i < before[o].length; i++) before[o][i] = accumulate ? (float) random.nextGaussian() : Double.NaN;
    }
    Float64.define(kernel, values.toArray(double[][]::new), shapes.toArray(int[][]::new), expected, results.toArray(int[][]::new));
    if (accumulate) for (int o = 0; o < expected.length; o++) for (int i = 0; i < expected[o].length; i++) expected[o][i] += before[o][i];
    float[][] found = execute(before, 1);
    for (int o = 0; o < found.length; o++) {
      double error = relativeError(found[o], expected[o]);
      Figures.note(kernel.name() + " " + o, error);
      int output = o;
      assertTrue(error <= TOLERANCE, () -> kernel + " output " + output + ": relative error " + error);
    }
    float[][] again = execute(before, 3);
    for (int o = 0; o < found.length; o++) assertArrayEquals(bits(found[o]), bits(again[o]), () -> kernel + ": bits with three threads");
    return found;
  }

  /** Runs on one thread, overwriting, and compares nothing. */
  float[][] once() {
    double[][] before = new double[results.size()][];
    for (int o = 0; o < before.length; o++) before[o] = new double[length(results.get(o))];
    return execute(before, 1);
  }

  /** How far the operation's own definition is from ours, the worst of the outputs. */
  double definitionsDiffer() {
    int[][] in = shapes.toArray(int[][]::new), out = results.toArray(int[][]::new);
    double[][] ours = new double[out.length][], theirs = new double[out.length][];
    for (int o = 0; o < out.length; o++) {
      ours[o] = new double[length(out[o])];
      theirs[o] = new double[length(out[o])];
    }
    Float64.define(kernel, values.toArray(double[][]::new), in, ours, out);
    ((org.vulpes.graph.Operation) kernel).define(values.toArray(double[][]::new), in, theirs, out);
    double worst = 0;
    for (int o = 0; o < out.length; o++) {
      double difference = 0, norm = 0;
      for (int i = 0; i < ours[o].length; i++) {
        difference += Math.pow(ours[o][i] - theirs[o][i], 2);
        norm += ours[o][i] * ours[o][i];
      }
      if (difference != 0) worst = Math.max(worst, Math.sqrt(difference / norm));
    }
    return worst;
  }

  @Override
  public String toString() {
    return kernel.toString();
  }

  private float[][] execute(double[][] before, int threads) {
    try (Arena arena = Arena.ofShared()) {
      var inputs = new ArrayList<MemorySegment>();
      for (int i = 0; i < values.size(); i++) inputs.add(place(arena, types.get(i), values.get(i)));
      var outputs = new ArrayList<MemorySegment>();
      for (int o = 0; o < before.length; o++) outputs.add(inPlace[o] < 0 ? place(arena, DType.F32, before[o]) : inputs.get(inPlace[o]));
      var source = new KernelCall(kernel, operands(shapes, types), operands(results, results.stream().map(r -> DType.F32).toList()), accumulate, "test");
      var call = new Call(source, addresses(inputs), addresses(outputs), bytes -> arena.allocate(bytes + 64, 64).fill((byte) -1).address(), bytes -> arena.allocate(bytes + 64, 64).fill((byte) -1).address(), 1);
      for (Work w : KernelTable.complete().build(call)) phase(w, threads, arena);
      for (int i = 0; i < inputs.size(); i++) {
        float[] now = read(inputs.get(i), values.get(i).length);
        if (!taken(i)) assertArrayEquals(bits(read(place(arena, types.get(i), values.get(i)), now.length)), bits(now), kernel + ": input " + i + " was written");
      }
      float[][] found = new float[before.length][];
      for (int o = 0; o < before.length; o++) found[o] = read(outputs.get(o), before[o].length);
      return found;
    }
  }

  private boolean taken(int input) {
    return Arrays.stream(inPlace).anyMatch(i -> i == input);
  }

  /** Several threads take pieces from the last one on; a single one goes from the first to the last. */
  private static void phase(Work w, int threads, Arena arena) {
    if (threads == 1) {
      long scratch = scratch(w, arena);
      for (int p = 0; p < w.pieces(); p++) w.run(p, scratch);
      return;
    }
    var next = new AtomicInteger(w.pieces());
    var failure = new Throwable[1];
    Thread[] all = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      long scratch = scratch(w, arena);
      all[t] = new Thread(() -> {
        for (int p = next.decrementAndGet(); p >= 0; p = next.decrementAndGet()) w.run(p, scratch);
      });
      all[t].setUncaughtExceptionHandler((thread, e) -> failure[0] = e);
      all[t].start();
    }
    for (Thread t : all) {
      try {
        t.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    if (failure[0] != null) throw new AssertionError(failure[0]);
  }

  private static long scratch(Work w, Arena arena) {
    return arena.allocate(w.scratchBytes() + 64, 64).fill((byte) -1).address();
  }

  private MemorySegment place(Arena arena, DType type, double[] x) {
    MemorySegment s = arena.allocate(4L * (shift + x.length + GUARDS) + 64, 64);
    for (long i = 0; i < s.byteSize() / 4; i++) s.setAtIndex(ValueLayout.JAVA_INT, i, GUARD);
    MemorySegment data = s.asSlice(4L * shift);
    for (int i = 0; i < x.length; i++) {
      if (type == DType.I32) data.setAtIndex(ValueLayout.JAVA_INT, i, (int) x[i]);
      else data.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) x[i]);
    }
    return data;
  }

  private float[] read(MemorySegment s, int length) {
    for (int i = 0; i < GUARDS; i++) assertEquals(GUARD, s.getAtIndex(ValueLayout.JAVA_INT, length + i), kernel + ": written behind the end");
    for (int i = 1; i <= shift; i++) {
      int word = MemorySegment.ofAddress(s.address() - 4L * i).reinterpret(4).get(ValueLayout.JAVA_INT, 0);
      assertEquals(GUARD, word, kernel + ": written before the beginning");
    }
    return s.asSlice(0, 4L * length).toArray(ValueLayout.JAVA_FLOAT);
  }

  private static long[] addresses(List<MemorySegment> segments) {
    return segments.stream().mapToLong(MemorySegment::address).toArray();
  }

  private static List<Operand> operands(List<int[]> shapes, List<DType> types) {
    var list = new ArrayList<Operand>();
    for (int i = 0; i < shapes.size(); i++) list.add(new Operand(Operand.ARENA, 0, types.get(i), shapes.get(i)));
    return list;
  }

  private static int[] bits(float[] x) {
    int[] b = new int[x.length];
    for (int i = 0; i < x.length; i++) b[i] = Float.floatToRawIntBits(x[i]);
    return b;
  }

  /** ‖found − expected‖ / ‖expected‖; where zeros are expected, the root of the mean square. */
  static double relativeError(float[] found, double[] expected) {
    double difference = 0, norm = 0;
    for (int i = 0; i < found.length; i++) {
      difference += Math.pow(found[i] - expected[i], 2);
      norm += expected[i] * expected[i];
    }
    return difference == 0 ? 0 : Math.sqrt(difference / (norm == 0 ? found.length : norm));
  }

  private static int length(int[] shape) {
    int n = 1;
    for (int s : shape) n *= s;
    return n;
  }
}
