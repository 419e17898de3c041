package org.vulpes.compute.jvm.internal;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.graph.Cost;

/**
 * Where the time of a program goes, kernel by kernel: with {@code -Dvulpes.jvm.profile=true} every phase is timed, and a table of the best times is printed to standard
 * error when the executable is closed. Kernels that differ in shapes are rows of their own. Costs nothing when off, a barrier a phase when on. A device of
 * one thread is timed by that thread's processor time, which neighbours on the machine disturb less than the clock on the wall.
 */
final class Profile {
  static final boolean ON = Boolean.getBoolean("vulpes.jvm.profile");
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

  void run(JvmDevice device, long scratch) {
    runs++;
    for (int i = 0; i < phases.length; i++) {
      long start = clock.getAsLong();
      device.run(phases[i], scratch);
      nanos[i] = Math.min(nanos[i], clock.getAsLong() - start);
    }
  }

  private static final class Row {
    long nanos;
    long flops;
    long bytes;
    int calls;
  }

  /** A line a kernel and shape, the most expensive first; of one run of the program. */
  String table() {
    if (runs == 0) return "";
    var rows = new TreeMap<String, Row>();
    KernelCall last = null;
    for (int i = 0; i < phases.length; i++) {
      var row = rows.computeIfAbsent(key(calls[i]), k -> new Row());
      row.nanos += nanos[i];
      if (calls[i] == last) continue;
      last = calls[i];
      Cost cost = Cost.of(last);
      row.flops += cost.flops();
      row.bytes += cost.bytes();
      row.calls++;
    }
    long total = Arrays.stream(nanos).sum();
    var text = new StringBuilder(String.format(Locale.ROOT, "%s: %.2f ms, the best of %d runs, phase by phase%n", program, total * 1e-6, runs));
    var order = new ArrayList<>(rows.entrySet());
    order.sort((x, y) -> Long.compare(y.getValue().nanos, x.getValue().nanos));
    for (var e : order) {
      Row r = e.getValue();
      double ns = r.nanos;
      text.append(String.format(Locale.ROOT, "%8.3f ms %5.1f %%  %4d calls %7.1f GFLOP/s %6.1f GB/s  %s%n", ns * 1e-6, 100 * ns / total, r.calls, r.flops / ns,
          r.bytes / ns, e.getKey()));
    }
    return text.toString();
  }

  private static String key(KernelCall call) {
    var text = new StringBuilder(call.kernel().toString()).append(call.accumulate() ? " += " : " ");
    for (Operand o : call.inputs()) text.append(Arrays.toString(o.shape()).replace(" ", ""));
    return text.toString();
  }
}
