package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.graph.Cost;

/**
 * Where the time of a program goes, launch by launch: with {@code --profile} each launch is waited for and timed by the clock, and a table of the best times is printed to
 * standard error when the executable is closed. Waiting adds some 10 to 30 µs a launch on a processor.
 */
final class Profile {
  private static final double SHOWN = 0.003;
  private static final int OPERANDS = 4;

  private final OpenClDevice device;
  private final String program;
  private List<ClLaunch> launches = List.of();
  private long[] nanos = {};
  private int runs;

  Profile(OpenClDevice device, String program) {
    this.device = device;
    this.program = program;
  }

  void run(List<ClLaunch> all) {
    if (nanos.length != all.size()) {
      nanos = new long[all.size()];
      Arrays.fill(nanos, Long.MAX_VALUE);
      runs = 0;
    }
    launches = List.copyOf(all);
    runs++;
    device.context().finish();
    for (int i = 0; i < all.size(); i++) {
      long start = System.nanoTime();
      all.get(i).enqueue();
      device.context().finish();
      nanos[i] = Math.min(nanos[i], System.nanoTime() - start);
    }
  }

  private record Row(long nanos, long launches, long flops, long bytes) {
    Row plus(Row o) {
      return new Row(nanos + o.nanos, launches + o.launches, flops + o.flops, bytes + o.bytes);
    }

    String text(String what, double total) {
      return String.format(Locale.ROOT, "%9.3f %5.1f %8d %9.1f %7.1f  %s%n", nanos * 1e-6, 100 * nanos / total, launches, (double) flops / nanos, (double) bytes / nanos, what);
    }
  }

  /** A line a kernel and shape, the most expensive first; of one run of the program. Empty when it never ran. */
  String table() {
    if (runs == 0) return "";
    var rows = new TreeMap<String, Row>();
    Set<KernelCall> counted = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < launches.size(); i++) {
      Planned p = launches.get(i).planned;
      Cost cost = p.call() == null || !counted.add(p.call()) ? new Cost(0, 0, 0) : Cost.of(p.call());
      rows.merge(key(p), new Row(nanos[i], 1, cost.flops(), cost.bytes()), Row::plus);
    }
    double total = Arrays.stream(nanos).sum();
    var text = new StringBuilder(String.format(Locale.ROOT, "%s on %s: %.2f ms in %d launches, the best of %d runs, launch by launch%n", program, device.info().id(), total * 1e-6, nanos.length, runs));
    text.append("       ms     % launches   GFLOP/s    GB/s  kernel\n");
    var rest = new Row(0, 0, 0, 0);
    var order = new ArrayList<>(rows.entrySet());
    order.sort(Comparator.comparingLong((java.util.Map.Entry<String, Row> e) -> e.getValue().nanos).reversed());
    for (var e : order) {
      if (e.getValue().nanos >= SHOWN * total) text.append(e.getValue().text(e.getKey(), total));
      else rest = rest.plus(e.getValue());
    }
    if (rest.launches > 0) text.append(rest.text("the rest", total));
    return text.toString();
  }

  private static String key(Planned p) {
    var text = new StringBuilder(p.what()).append(" › ").append(p.kernel());
    if (p.call() == null) return text.toString();
    text.append(p.call().accumulate() ? " += " : " ");
    for (Operand o : p.call().inputs().subList(0, Math.min(OPERANDS, p.call().inputs().size()))) text.append(Arrays.toString(o.shape()).replace(" ", ""));
    return text.toString();
  }
}
