package org.vulpes.graph.internal;

import java.util.Comparator;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Gives arena blocks their offsets. */
public final class Arena {
  private static final long ALIGNMENT = 64;

  private final TreeMap<Long, Long> free = new TreeMap<>();
  private long end;

  private Arena() {}

  /** Every block a place of its own. @return bytes of the arena */
  public static long sideBySide(Plan plan) {
    long end = 0;
    for (Block b : plan.measureLives()) {
      b.offset = end;
      end += aligned(b.bytes);
    }
    return end;
  }

  /** In the order of execution, each block into the smallest gap that holds it; a gap opens when the last reader is done. @return bytes of the arena */
  public static long reusing(Plan plan) {
    var arena = new Arena();
    var alive = new PriorityQueue<Block>(Comparator.comparingInt(b -> b.last));
    for (Block b : plan.measureLives()) {
      while (!alive.isEmpty() && alive.peek().last < b.first) arena.release(alive.poll());
      b.offset = arena.take(aligned(b.bytes));
      alive.add(b);
    }
    return arena.end;
  }

  private long take(long bytes) {
    Map.Entry<Long, Long> best = null;
    for (var gap : free.entrySet()) if (gap.getValue() >= bytes && (best == null || gap.getValue() < best.getValue())) best = gap;
    if (best == null) {
      var last = free.lastEntry();
      long start = last != null && last.getKey() + last.getValue() == end ? last.getKey() : end;
      free.remove(start);
      end = start + bytes;
      return start;
    }
    long offset = best.getKey(), size = best.getValue();
    free.remove(offset);
    if (size > bytes) free.put(offset + bytes, size - bytes);
    return offset;
  }

  private void release(Block b) {
    long offset = b.offset, size = aligned(b.bytes);
    var before = free.lowerEntry(offset);
    if (before != null && before.getKey() + before.getValue() == offset) {
      offset = before.getKey();
      size += before.getValue();
    }
    Long after = free.remove(b.offset + aligned(b.bytes));
    if (after != null) size += after;
    free.put(offset, size);
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
