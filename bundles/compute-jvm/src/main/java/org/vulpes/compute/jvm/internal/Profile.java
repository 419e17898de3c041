package org.vulpes.compute.jvm.internal;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.graph.Cost;

/**
 * Where the time of a program goes, kernel by kernel: with {@code vulpes run --profile} every phase is timed, and a table of the best times is printed to
 * standard error when the executable is closed. Kernels that differ in shapes are rows of their own. Costs nothing when off, a barrier a phase when on. A device of
 * one thread is timed by that thread's processor time, which neighbours on the machine disturb less than the clock on the wall.
 */
final class Profile {
  /** Rows that take less than this share of the time are summed. */
  private static final double SHOWN = 0.003;
  /** Operands whose shapes are told; the norm of all gradients has dozens. */
  private static final int OPERANDS = 4;
  private final String program;
  private final Work[][] phases;
  private final KernelCall[] calls;
  /** The best of all runs: the first are not compiled yet, others share the machine. */
  private final long[] nanos;
  private final LongSupplier clock;
  private int runs;

  /** @param calls the call that each phase belongs to */
  Profile(String program, Work[] phases, KernelCall[] calls, int threads) {
    this.program = program;
    clock = threads == 1 ? ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime : System::nanoTime;
    this.phases = Arrays.stream(phases).map(w -> new Work[] {w}).toArray(Work[][]::new);
    this.calls = calls;
    nanos = new long[phases.length];
    Arrays.fill(nanos, Long.MAX_VALUE);
  }

  /** Read when a device is opened, so that a command can ask for it. */
  static boolean wanted() {
    return Boolean.getBoolean("vulpes.profile");
  }

  void run(JvmDevice device, long scratch) {
    runs++;
    for (int i = 0; i < phases.length; i++) {
      long start = clock.getAsLong();
      device.run(phases[i], scratch);
      nanos[i] = Math.min(nanos[i], clock.getAsLong() - start);
    }
  }

  private record Row(String kernel, long nanos, Cost cost) {
    Row plus(Row other) {
      return new Row(kernel, nanos + other.nanos,
          new Cost(cost.calls() + other.cost.calls(), cost.flops() + other.cost.flops(), cost.bytes() + other.cost.bytes()));
    }

    String text(Floor floor, double total) {
      return String.format(Locale.ROOT, "%9.3f %5.1f %6d %9.1f %7.1f %9.3f %6.2f  %s%n", nanos * 1e-6, 100 * nanos / total, cost.calls(),
          (double) cost.flops() / nanos, (double) cost.bytes() / nanos, floor.of(cost) * 1e-6, nanos / floor.of(cost), kernel);
    }
  }

  /** A line a kernel and shape, the most expensive first; of one run of the program. Empty when it never ran. */
  String table(Floor floor) {
    if (runs == 0) return "";
    var rows = new TreeMap<String, Row>();
    KernelCall last = null;
    for (int i = 0; i < phases.length; i++) {
      Cost cost = calls[i] == last ? new Cost(0, 0, 0) : Cost.of(calls[i]);
      last = calls[i];
      rows.merge(key(last), new Row(key(last), nanos[i], cost), Row::plus);
    }
    double total = Arrays.stream(nanos).sum();
    var text = new StringBuilder(String.format(Locale.ROOT, "%s: %.2f ms, the best of %d runs, phase by phase (peak %.0f GFLOP/s, memory %.1f GB/s)%n",
        program, total * 1e-6, runs, floor.flops(), floor.bytes()));
    text.append("       ms     %  calls   GFLOP/s    GB/s  floor ms  times  kernel\n");
    var rest = new Row("the rest", 0, new Cost(0, 0, 0));
    for (Row r : rows.values().stream().sorted(Comparator.comparingLong(Row::nanos).reversed()).toList()) {
      if (r.nanos >= SHOWN * total) text.append(r.text(floor, total));
      else rest = rest.plus(r);
    }
    if (rest.cost.calls() > 0) text.append(rest.text(floor, total));
    return text.toString();
  }

  /** The kernel with its attributes, and what it is given: {@code MatMul[transposeA=false, transposeB=true] [4,128,128][256,128]}. */
  private static String key(KernelCall call) {
    var text = new StringBuilder(call.kernel().toString()).append(call.accumulate() ? " += " : " ");
    for (Operand o : call.inputs().subList(0, Math.min(OPERANDS, call.inputs().size()))) text.append(Arrays.toString(o.shape()).replace(" ", ""));
    if (call.inputs().size() > OPERANDS) text.append('…');
    return text.toString();
  }
}
