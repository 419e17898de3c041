package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.graph.Cost;

/**
 * Where the time of a program goes, launch by launch: with {@code --profile} the driver notes when it begins and ends each of them, and a table of the best times, beside what the device could
 * reach at most, is printed to standard error when the executable is closed.
 */
final class Profile {
  private static final double SHOWN = 0.003;
  private static final int OPERANDS = 4;

  private final OpenClDevice device;
  private final String program;
  /** The best times, in the order of the launches. */
  private final Map<ClLaunch, long[]> nanos = new LinkedHashMap<>();
  private final List<Double> ratios = new ArrayList<>();
  private int runs;

  Profile(OpenClDevice device, String program) {
    this.device = device;
    this.program = program;
  }

  /** Runs launches one after the other and waits. @param before those that make copies of weights anew */
  void run(List<ClLaunch> before, List<ClLaunch> launches) {
    var all = new ArrayList<>(before);
    all.addAll(launches);
    if (!nanos.keySet().containsAll(launches)) forget();
    long[] events = new long[all.size()], times = new long[all.size()];
    long from = System.nanoTime();
    for (int i = 0; i < events.length; i++) {
      long began = device.aparapi() == null ? 0 : System.nanoTime();
      events[i] = all.get(i).enqueueTimed();
      if (events[i] == 0) times[i] = System.nanoTime() - began;
      else if (i % Submission.FLUSHED == Submission.FLUSHED - 1) device.context().flush();
    }
    device.context().finish();
    long to = System.nanoTime(), work = 0;
    for (int i = 0; i < events.length; i++) {
      if (events[i] != 0) times[i] = device.context().nanos(events[i]);
      work += times[i];
      long[] best = nanos.computeIfAbsent(all.get(i), _ -> new long[] {Long.MAX_VALUE});
      best[0] = Math.min(best[0], times[i]);
    }
    runs++;
    ratios.add((double) (to - from) / work);
    device.profile().noted(program, work);
  }

  /** Launches were made anew. */
  private void forget() {
    nanos.clear();
    ratios.clear();
    runs = 0;
  }

  private record Row(long nanos, long launches, double flops, double bytes) {
    Row plus(Row o) {
      return new Row(nanos + o.nanos, launches + o.launches, flops + o.flops, bytes + o.bytes);
    }

    String text(String what, Floor floor, double total) {
      double least = floor.of(flops, bytes);
      // Only of calls is it known what they cost: changes of the layout have none.
      String rates = least == 0 ? String.format("%9s %7s %9s %6s", "", "", "", "") : String.format(Locale.ROOT, "%9.1f %7.1f %9.3f %6.2f", flops / nanos, bytes / nanos, least * 1e-6, nanos / least);
      return String.format(Locale.ROOT, "%9.3f %5.1f %8d %s  %s%n", nanos * 1e-6, 100 * nanos / total, launches, rates, what);
    }
  }

  /** A line a kernel and shape, the most expensive first; of one run of the program. Empty when it never ran. */
  String table() {
    if (runs == 0) return "";
    Floor floor = device.floor();
    var rows = new TreeMap<String, Row>();
    // What calls cost is known of all launches of their task together: each is given its share by time.
    var tasks = new IdentityHashMap<List<KernelCall>, Long>();
    nanos.forEach((launch, best) -> tasks.merge(launch.planned.calls(), best[0], Long::sum));
    nanos.forEach((launch, best) -> {
      Planned p = launch.planned;
      double share = (double) best[0] / Math.max(1, tasks.get(p.calls())), flops = 0, bytes = 0;
      for (KernelCall c : p.calls()) {
        flops += share * Cost.of(c).flops();
        bytes += share * Cost.of(c).bytes();
      }
      rows.merge(key(p), new Row(best[0], 1, flops, bytes), Row::plus);
    });
    double total = nanos.values().stream().mapToLong(n -> n[0]).sum();
    double[] ratio = ratios.stream().mapToDouble(r -> r).sorted().toArray();
    var text = new StringBuilder(String.format(Locale.ROOT, "%s on %s: %.2f ms in %d launches, each the best of %d runs; one after the other a run takes %.3f times their sum (median; peak %.0f GFLOP/s, memory %.1f GB/s)%n",
        program, device.info().id(), total * 1e-6, nanos.size(), runs, ratio[ratio.length / 2], floor.flops(), floor.bytes()));
    text.append("       ms     % launches   GFLOP/s    GB/s  floor ms  times  kernel (of one with several launches, the rates of all of them together)\n");
    var rest = new Row(0, 0, 0, 0);
    var order = new ArrayList<>(rows.entrySet());
    order.sort(Comparator.comparingLong((java.util.Map.Entry<String, Row> e) -> e.getValue().nanos).reversed());
    for (var e : order) {
      if (e.getValue().nanos >= SHOWN * total) text.append(e.getValue().text(e.getKey(), floor, total));
      else rest = rest.plus(e.getValue());
    }
    if (rest.launches > 0) text.append(rest.text("the rest", floor, total));
    return text.toString();
  }

  private static String key(Planned p) {
    var text = new StringBuilder(p.what()).append(" › ").append(p.kernel());
    if (p.calls().isEmpty()) return text.toString();
    text.append(p.calls().getLast().accumulate() ? " += " : " ");
    List<Operand> inputs = p.calls().getFirst().inputs();
    for (Operand o : inputs.subList(0, Math.min(OPERANDS, inputs.size()))) text.append(Arrays.toString(o.shape()).replace(" ", ""));
    return text.toString();
  }
}
