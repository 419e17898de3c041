package org.vulpes.compute.jvm.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Neighbouring calls that do not read or write what another of them writes: their first phases run as one, then their second ones. The products of a layer with its queries,
 * keys and values are such calls, and the updates of all parameters: one barrier for each phase of theirs instead of dozens, and one share of the work for each thread.
 */
final class SideBySide {
  private final int threads;
  private final List<Work[]> calls = new ArrayList<>();
  private final List<Range> read = new ArrayList<>();
  private final List<Range> written = new ArrayList<>();

  SideBySide(int threads) {
    this.threads = threads;
  }

  private record Range(long from, long to) {
    boolean meets(Range other) {
      return from < other.to && other.from < to;
    }
  }

  /** Whether a call may run beside those that were added. */
  boolean takes(Call call) {
    for (int i = 0; i < call.outputs().length; i++) {
      Range r = output(call, i);
      if (read.stream().anyMatch(r::meets) || written.stream().anyMatch(r::meets)) return false;
    }
    for (int i = 0; i < call.inputs().length; i++) {
      Range r = input(call, i);
      if (written.stream().anyMatch(r::meets)) return false;
    }
    return true;
  }

  void add(Call call, Work[] phases) {
    for (int i = 0; i < call.inputs().length; i++) read.add(input(call, i));
    for (int i = 0; i < call.outputs().length; i++) written.add(output(call, i));
    calls.add(phases);
  }

  private static Range input(Call call, int i) {
    return new Range(call.in(i), call.in(i) + call.input(i).length() * call.input(i).type().bytes());
  }

  private static Range output(Call call, int i) {
    return new Range(call.out(i), call.out(i) + call.output(i).length() * call.output(i).type().bytes());
  }

  List<Work> phases() {
    var out = new ArrayList<Work>();
    int most = calls.stream().mapToInt(c -> c.length).max().orElse(0);
    for (int p = 0; p < most; p++) {
      int phase = p;
      Work[] beside = calls.stream().filter(c -> c.length > phase).map(c -> c[phase]).toArray(Work[]::new);
      out.add(beside.length == 1 ? beside[0] : new Together(beside, threads));
    }
    return out;
  }

  /** Several phases as one. The pieces of each are dealt out as if it ran alone ({@link Crew#share}), so that a thread meets the rows that it has written before. */
  private static final class Together implements Work {
    private final Work[] parts;
    /** By piece. */
    private final Work[] part;
    private final int[] index;

    Together(Work[] parts, int threads) {
      this.parts = parts;
      int pieces = Arrays.stream(parts).mapToInt(Work::pieces).sum();
      part = new Work[pieces];
      index = new int[pieces];
      int at = 0;
      for (int t = 0; t < threads; t++) {
        for (Work w : parts) {
          for (int i = Crew.share(w.pieces(), t, threads), end = Crew.share(w.pieces(), t + 1, threads); i < end; i++, at++) {
            part[at] = w;
            index[at] = i;
          }
        }
      }
    }

    @Override
    public int pieces() {
      return index.length;
    }

    @Override
    public void run(int piece, long scratch) {
      part[piece].run(index[piece], scratch);
    }

    @Override
    public long scratchBytes() {
      return Arrays.stream(parts).mapToLong(Work::scratchBytes).max().orElse(0);
    }
  }
}
