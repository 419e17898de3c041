package org.vulpes.compute.opencl.internal;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Gives blocks of the arena their offsets: memory is used again once the last launch that needs it is behind. */
final class Arenas {
  private final TreeMap<Long, Long> free = new TreeMap<>();
  private final long alignment;
  private long end;

  private Arenas(long alignment) {
    this.alignment = alignment;
  }

  /** In the order of the first launch, each block into the smallest gap that holds it. @return bytes of the arena */
  static long place(List<Place.Block> blocks, long alignment) {
    var arena = new Arenas(Math.max(64, alignment));
    var alive = new PriorityQueue<Place.Block>(Comparator.comparingInt(b -> b.last));
    for (Place.Block b : blocks.stream().filter(b -> b.last >= 0).sorted(Comparator.comparingInt(b -> b.first)).toList()) {
      while (!alive.isEmpty() && alive.peek().last < b.first) arena.release(alive.poll());
      b.offset = arena.take(arena.aligned(b.bytes));
      alive.add(b);
    }
    return arena.end;
  }

  private long aligned(long bytes) {
    return (bytes + alignment - 1) / alignment * alignment;
  }

  private long take(long bytes) {
    var best = free.entrySet().stream().filter(g -> g.getValue() >= bytes).min(Comparator.comparingLong(java.util.Map.Entry::getValue));
    if (best.isPresent()) {
      long at = best.get().getKey(), size = best.get().getValue();
      free.remove(at);
      if (size > bytes) free.put(at + bytes, size - bytes);
      return at;
    }
    // A gap at the end grows.
    var last = free.lastEntry();
    if (last != null && last.getKey() + last.getValue() == end) {
      free.remove(last.getKey());
      end = last.getKey() + bytes;
      return last.getKey();
    }
    long at = end;
    end += bytes;
    return at;
  }

  private void release(Place.Block b) {
    long at = b.offset, size = aligned(b.bytes);
    var before = free.lowerEntry(at);
    if (before != null && before.getKey() + before.getValue() == at) {
      free.remove(before.getKey());
      at = before.getKey();
      size += before.getValue();
    }
    Long after = free.remove(at + size);
    free.put(at, size + (after == null ? 0 : after));
  }
}
