package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which launches have to wait for which: who reads what another has written, or writes what another has read or written. */
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

  private record Past(int launch, Access access) {}

  private Order() {}

  /**
   * @param launches what each of them reads and writes, in the order in which they would run one after the other
   * @return for each launch those before it that it waits for, in ascending order; not those that these wait for themselves
   */
  static List<int[]> of(List<List<Access>> launches) {
    // What a later access may still meet: a write hides what lies below it, as who waits for it has waited for that too.
    Map<Long, List<Past>> pasts = new HashMap<>();
    var before = new ArrayList<BitSet>();
    var out = new ArrayList<int[]>();
    for (int i = 0; i < launches.size(); i++) {
      var direct = new BitSet();
      for (Access a : launches.get(i)) for (Past p : pasts.getOrDefault(a.memory, List.of())) if (p.access.meets(a)) direct.set(p.launch);
      for (Access a : launches.get(i)) {
        List<Past> there = pasts.computeIfAbsent(a.memory, _ -> new ArrayList<>());
        if (a.write) there.removeIf(p -> a.covers(p.access));
        there.add(new Past(i, a));
      }
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
}
