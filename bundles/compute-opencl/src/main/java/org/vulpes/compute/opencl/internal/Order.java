package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

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

  private record Past(int launch, Access access) {}

  private Order() {}

  /** @return the first of the launches that has to wait for one of those before it; their number when none has to */
  static int needed(List<Work> before, List<Work> launches) {
    for (int i = 0; i < launches.size(); i++) for (Work b : before) if (meet(b, launches.get(i))) return i;
    return launches.size();
  }

  /**
   * Neighbours of one kernel that need nothing of each other, the widest first: optimizers' and transpositions' launches would else wait for each other at every change of width, and now do at a few.
   *
   * @param launches in the order in which they would run one after the other
   * @return another order, of the same results: positions in the former
   */
  static List<Integer> byWidth(List<Work> launches) {
    var out = new ArrayList<Integer>();
    for (int from = 0, to; from < launches.size(); from = to) {
      for (to = from + 1; to < launches.size() && alike(launches.subList(from, to), launches.get(to)); to++) {}
      IntStream.range(from, to).boxed().sorted(Comparator.comparingLong(i -> launches.get(i).form == null ? 0 : -launches.get(i).form.width)).forEach(out::add);
    }
    return out;
  }

  private static boolean meet(Work some, Work other) {
    for (Access a : some.accesses) for (Access b : other.accesses) if (a.memory == b.memory && a.meets(b)) return true;
    return false;
  }

  private static boolean alike(List<Work> some, Work next) {
    if (next.form == null || some.getFirst().form == null || !next.form.kernel.equals(some.getFirst().form.kernel)) return false;
    return some.stream().noneMatch(w -> meet(w, next));
  }

  /**
   * @param launches in the order in which they would run one after the other
   * @param leftOut those that do not run this time
   * @return for each launch those before it that it waits for, in ascending order; not those that these wait for themselves
   */
  static List<int[]> of(List<Work> launches, BitSet leftOut) {
    // What a later access may still meet: a write hides what lies below it, as who waits for it has waited for that too.
    Map<Long, List<Past>> pasts = new HashMap<>();
    Map<Object, Map<Long, BitSet>> widths = new HashMap<>();
    var before = new ArrayList<BitSet>();
    var out = new ArrayList<int[]>();
    for (int i = 0; i < launches.size(); i++) {
      if (leftOut.get(i)) {
        before.add(new BitSet());
        out.add(new int[0]);
        continue;
      }
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

  private static BitSet otherWidths(Map<Object, Map<Long, BitSet>> widths, Form form, int launch) {
    Map<Long, BitSet> all = widths.computeIfAbsent(form.kernel, _ -> new HashMap<>());
    var others = new BitSet();
    all.forEach((width, launches) -> {
      if (width != form.width) others.or(launches);
    });
    all.computeIfAbsent(form.width, _ -> new BitSet()).set(launch);
    return others;
  }
}
