package org.vulpes.tokenizer.bpe;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * Joins neighbouring tokens of a word: always the pair of lowest rank, among equal ranks the leftmost, until no pair has a rank.
 * Immutable and safe for use by many threads.
 */
final class Merges {
  /** Words up to this many bytes are searched anew after each join: faster than a queue, and quadratic only up to here. */
  private static final int SHORT = 48;
  private static final long FREE = -1;

  /** Open addressing: {@code left << 32 | right} → {@code rank << 32 | result}. */
  private final long[] keys;
  private final long[] values;

  /** @param triples left, right, result of each merge in order of rank; of equal pairs the last one holds, as in the tokenizers library */
  Merges(int[] triples) {
    int slots = Integer.highestOneBit(Math.max(8, triples.length)) * 2;
    keys = new long[slots];
    values = new long[slots];
    Arrays.fill(keys, FREE);
    for (int rank = 0; 3 * rank < triples.length; rank++) {
      long key = pair(triples[3 * rank], triples[3 * rank + 1]);
      int slot = slot(key);
      keys[slot] = key;
      values[slot] = pair(rank, triples[3 * rank + 2]);
    }
  }

  private static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  private int slot(long key) {
    long h = key * 0x9E3779B97F4A7C15L;
    int mask = keys.length - 1;
    int slot = (int) (h >>> 40) & mask;
    while (keys[slot] != FREE && keys[slot] != key) slot = slot + 1 & mask;
    return slot;
  }

  /** {@code rank << 32 | result}, or {@link Long#MAX_VALUE} for a pair that is never joined. */
  private long find(int left, int right) {
    int slot = slot(pair(left, right));
    return keys[slot] == FREE ? Long.MAX_VALUE : values[slot];
  }

  /** Joins within the first {@code n} ids in place. @return how many remain */
  int apply(int[] ids, int n) {
    return n <= SHORT ? applyShort(ids, n) : applyLong(ids, n);
  }

  private int applyShort(int[] ids, int n) {
    if (n < 2) return n;
    var merge = new long[n - 1];
    for (int i = 0; i + 1 < n; i++) merge[i] = find(ids[i], ids[i + 1]);
    while (n > 1) {
      int at = 0;
      for (int i = 1; i + 1 < n; i++) {
        if (merge[i] < merge[at]) at = i;
      }
      if (merge[at] == Long.MAX_VALUE) return n;
      ids[at] = (int) merge[at];
      System.arraycopy(ids, at + 2, ids, at + 1, n - at - 2);
      // Pair i is (i, i + 1): pair at goes, pair at + 1 takes its place and is looked up anew below.
      if (at + 2 < n) System.arraycopy(merge, at + 2, merge, at + 1, n - at - 3);
      n--;
      if (at > 0) merge[at - 1] = find(ids[at - 1], ids[at]);
      if (at + 1 < n) merge[at] = find(ids[at], ids[at + 1]);
    }
    return n;
  }

  /** A join that was possible when it was queued; stale when the pair no longer stands at its place. */
  private record Candidate(long merge, int at, int left, int right) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate o) {
      int byRank = Long.compare(merge, o.merge);
      return byRank != 0 ? byRank : Integer.compare(at, o.at);
    }
  }

  private int applyLong(int[] ids, int n) {
    var next = new int[n];
    var previous = new int[n];
    var queue = new PriorityQueue<Candidate>(n);
    for (int i = 0; i < n; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
      if (i + 1 < n) offer(queue, ids, i, i + 1);
    }
    final int gone = -1;
    for (Candidate c = queue.poll(); c != null; c = queue.poll()) {
      int at = c.at;
      if (ids[at] != c.left || next[at] >= n || ids[next[at]] != c.right) continue;
      int second = next[at];
      ids[at] = (int) c.merge;
      ids[second] = gone;
      next[at] = next[second];
      if (next[at] < n) {
        previous[next[at]] = at;
        offer(queue, ids, at, next[at]);
      }
      if (previous[at] >= 0) offer(queue, ids, previous[at], at);
    }
    int kept = 0;
    for (int i = 0; i < n; i = next[i]) ids[kept++] = ids[i];
    return kept;
  }

  private void offer(PriorityQueue<Candidate> queue, int[] ids, int at, int after) {
    long merge = find(ids[at], ids[after]);
    if (merge != Long.MAX_VALUE) queue.add(new Candidate(merge, at, ids[at], ids[after]));
  }
}
