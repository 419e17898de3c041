package org.vulpes.compute.opencl.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hands launches to the driver. Where the device takes them so, each says which it waits for, and the others run side by side: a thread that finds no piece of a kernel left takes one of the next, where
 * else it would wait for the last piece and for being woken. Results are the same bits: who reads what another writes waits for it.
 */
final class Submission {
  /** Launches that are handed over at a time: the driver works on them while the next are put into the queue. */
  static final int FLUSHED = 64;
  private static final int KEPT = 8;

  private final OpenClDevice device;
  private final ClContext context;
  private final List<ClLaunch> launches;
  /** Null: one after the other. */
  private final List<Order.Work> works;
  /** For those that were left out: copies that nobody has made stale, which are seldom others than the run before. */
  private final Map<BitSet, List<int[]>> orders = new HashMap<>();
  private final MemorySegment waited;
  /** Of this run; 0: none. */
  private final long[] events;

  /** @param works of each launch @param memory that outlives this */
  Submission(OpenClDevice device, List<ClLaunch> launches, List<Order.Work> works, Arena memory) {
    this.device = device;
    context = device.context();
    List<Integer> arranged = Order.byWidth(works);
    this.launches = arranged.stream().map(launches::get).toList();
    // Aparapi waits for each launch itself.
    this.works = context.unordered() && device.aparapi() == null ? arranged.stream().map(works::get).toList() : null;
    waited = memory.allocate(ValueLayout.JAVA_LONG, Math.max(1, launches.size()));
    events = new long[launches.size()];
  }

  /** Runs them and waits. @param leftOut not this time */
  void run(Set<ClLaunch> leftOut) {
    var out = new BitSet();
    for (int i = 0; i < launches.size(); i++) if (leftOut.contains(launches.get(i))) out.set(i);
    if (works == null) inOrder(out);
    else sideBySide(out);
  }

  private void inOrder(BitSet leftOut) {
    for (int i = 0; i < launches.size(); i++) {
      if (!leftOut.get(i)) launches.get(i).enqueue();
      if (i % FLUSHED == FLUSHED - 1) context.flush();
    }
    context.finish();
  }

  private void sideBySide(BitSet leftOut) {
    if (orders.size() > KEPT) orders.clear();
    List<int[]> order = orders.computeIfAbsent(leftOut, l -> Order.of(works, l));
    // What was written before is in the other queue.
    device.settle();
    RuntimeException wrong = null;
    try {
      for (int i = 0; i < events.length; i++) {
        if (leftOut.get(i)) continue;
        int count = 0;
        for (int before : order.get(i)) waited.setAtIndex(ValueLayout.JAVA_LONG, count++, events[before]);
        events[i] = launches.get(i).enqueue(count, waited);
        if (i % FLUSHED == FLUSHED - 1) context.flushUnordered();
      }
    } catch (RuntimeException e) {
      wrong = e;
    }
    // Whatever happened: nothing may be under way when the caller goes on, and every event is given back.
    try {
      context.finishUnordered();
    } catch (RuntimeException e) {
      if (wrong == null) wrong = e;
    }
    for (int i = 0; i < events.length; i++) {
      if (events[i] != 0) context.releaseEvent(events[i]);
      events[i] = 0;
    }
    if (wrong != null) throw wrong;
  }
}
