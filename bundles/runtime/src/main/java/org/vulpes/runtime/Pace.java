package org.vulpes.runtime;

/** Tokens a second over the last steps. Written by the training thread, read by others: a figure for people. */
final class Pace {
  private final long[] nanos;
  private final long[] tokens;
  private int next;
  private long seen = -1;
  private volatile double perSecond = Double.NaN;

  Pace(int steps) {
    nanos = new long[steps];
    tokens = new long[steps];
  }

  /** @param tokensSeen by the run, this step included @param took nanoseconds of the step */
  void stepped(long tokensSeen, long tokensOfStep, long took) {
    nanos[next] = took;
    tokens[next] = tokensOfStep;
    next = (next + 1) % nanos.length;
    long time = 0;
    long taught = 0;
    for (int i = 0; i < nanos.length; i++) {
      time += nanos[i];
      taught += tokens[i];
    }
    perSecond = time == 0 ? Double.NaN : taught * 1e9 / time;
    seen = tokensSeen;
  }

  /** Tokens that the run had seen after the last step; −1 before the first. */
  long seen() {
    return seen;
  }

  double tokensPerSecond() {
    return perSecond;
  }
}
