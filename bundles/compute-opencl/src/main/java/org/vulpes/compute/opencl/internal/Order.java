package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which launches have to wait for which: who reads what another has written, or writes what another has read or written. And launches of one kernel at different widths: PoCL 3.1 counts the users of a
 * loaded kernel by its name and its group's size alone, but loads it anew for a larger range, and ends the process when two such are under way at once ("ref_count > 0").
 */
final class Order {
  /** Bytes that a launch reads, or also writes. @param memory in whose range {@code from} to {@code to} (exclusive) lie */
  record Access(long memory, long from, long to, boolean write) {
    private boolean meets(Access o) {
      return from < o.to && o.from < to && (write || o.write);
    }

    private boolean covers(Access o) {
      return from <= o.from && o.to <= to;
    }
  }

  /** What a launch runs, and how wide. @param kernel equal where the driver may take one for the other @param width of the longest side of its range */
  record Form(Object kernel, long width) {}

  /** @param accesses what it reads and writes @param form null: nobody minds */
  record Work(List<Access> accesses, Form form) {}

  /** The launches of a kernel at its present width, and those at the width before. */
  private static final class Widths {
    long width;
    BitSet now = new BitSet();
    BitSet before = new BitSet();
  }

  private record Past(int launch, Access access) {}

  private Order() {}

  /**
   * @param launches in the order in which they would run one after the other
   * @return for each launch those before it that it waits for, in ascending order; not those that these wait for themselves
   */
  static List<int[]> of(List<Work> launches) {
    // What a later access may still meet: a write hides what lies below it, as who waits for it has waited for that too.
    Map<Long, List<Past>> pasts = new HashMap<>();
    Map<Object, Widths> widths = new HashMap<>();
    var before = new ArrayList<BitSet>();
    var out = new ArrayList<int[]>();
    for (int i = 0; i < launches.size(); i++) {
      var direct = new BitSet();
      for (Access a : launches.get(i).accesses) for (Past p : pasts.getOrDefault(a.memory, List.of())) if (p.access.meets(a)) direct.set(p.launch);
      for (Access a : launches.get(i).accesses) {
        List<Past> there = pasts.computeIfAbsent(a.memory, _ -> new ArrayList<>());
        if (a.write) there.removeIf(p -> a.covers(p.access));
        there.add(new Past(i, a));
      }
      if (launches.get(i).form != null) direct.or(otherWidths(widths, launches.get(i).form, i));
      // From the latest down: what it waits for need not be waited for again.
      var reached = new BitSet();
      var needed = new BitSet();
      for (int d = direct.previousSetBit(i); d >= 0; d = direct.previousSetBit(d - 1)) {
        if (reached.get(d)) continue;
        needed.set(d);
        reached.set(d);
        reached.or(before.get(d));
      }
      before.add(reached);
      out.add(needed.stream().toArray());
    }
    return out;
  }

  private static BitSet otherWidths(Map<Object, Widths> widths, Form form, int launch) {
    Widths w = widths.computeIfAbsent(form.kernel, _ -> new Widths());
    if (w.width != form.width) {
      w.before = w.now;
      w.now = new BitSet();
      w.width = form.width;
    }
    w.now.set(launch);
    return w.before;
  }
}
