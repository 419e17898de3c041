package org.vulpes.compute.jvm.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads of a device: the caller and one long-lived worker for each further thread. All of them walk through the same phases and meet at
 * a barrier after each, which spins (under 1 µs; a park and unpark costs 67 µs) and parks who has waited too long.
 *
 * <p>Each member begins with its own share of a phase's pieces, in their order, and then helps the others with theirs: what it has written lies in its
 * cache when the next phase reads it (a step of pocket-1M took 6 to 23 % longer when pieces went to whoever came first). Pieces write disjoint memory, so the bits do not depend on who did them.
 */
final class Crew implements AutoCloseable {
  private final int threads;
  private final long spinNanos;
  private final Thread[] workers;
  private final Thread[] members;
  private final AtomicInteger[] asleep;
  /** By member: how many pieces of its share are taken. */
  private final AtomicInteger[] taken;
  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private Work[] phases;
  private long[] scratch = new long[0];
  private volatile long turn;
  private volatile boolean closed;

  /** @param spinNanos how long a member spins before it parks */
  Crew(int threads, long spinNanos) {
    this.threads = threads;
    this.spinNanos = spinNanos;
    members = new Thread[threads];
    asleep = new AtomicInteger[threads];
    taken = new AtomicInteger[threads];
    for (int t = 0; t < threads; t++) {
      asleep[t] = new AtomicInteger();
      taken[t] = new AtomicInteger();
    }
    workers = new Thread[threads - 1];
    for (int t = 1; t < threads; t++) {
      int me = t;
      var worker = Thread.ofPlatform().daemon().name("vulpes-jvm-" + t).inheritInheritableThreadLocals(false).unstarted(() -> work(me));
      worker.setContextClassLoader(null);
      workers[t - 1] = worker;
      members[t] = worker;
      worker.start();
    }
  }

  /**
   * Runs every phase to its end.
   *
   * @param scratch an address for each thread
   */
  void run(Work[] phases, long[] scratch) {
    if (threads == 1) {
      long own = scratch[0];
      for (Work phase : phases) {
        int pieces = phase.pieces();
        for (int p = 0; p < pieces; p++) phase.run(p, own);
      }
      return;
    }
    if (phases.length == 0) return;
    this.phases = phases;
    this.scratch = scratch;
    members[0] = Thread.currentThread();
    failure.setPlain(null);
    untake();
    long seen = turn + 1;
    advance();
    walk(0, seen);
    Throwable thrown = failure.get();
    switch (thrown) {
      case null -> { }
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(thrown);
    }
  }

  private void work(int me) {
    long seen = 0;
    while (true) {
      await(me, seen);
      if (closed) return;
      seen = walk(me, seen + 1);
    }
  }

  /** All phases as one member sees them; returns the turn after the last. */
  private long walk(int me, long seen) {
    long own = scratch[me];
    for (Work phase : phases) {
      try {
        for (int i = 0; i < threads; i++) share(phase, (me + i) % threads, own);
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      }
      if (arrived.incrementAndGet() == threads) {
        arrived.set(0);
        untake();
        advance();
      } else {
        await(me, seen);
      }
      seen++;
    }
    return seen;
  }

  /** What is left of a member's share. */
  private void share(Work phase, int member, long scratch) {
    int pieces = phase.pieces(), first = share(pieces, member, threads), end = share(pieces, member + 1, threads);
    for (int p; failure.get() == null && (p = first + taken[member].getAndIncrement()) < end; ) phase.run(p, scratch);
  }

  /** The first piece of a member's share. */
  static int share(int pieces, int member, int threads) {
    return (int) (((long) pieces * member + threads - 1) / threads);
  }

  private void untake() {
    for (AtomicInteger t : taken) t.set(0);
  }

  private void advance() {
    turn = turn + 1;
    for (int t = 0; t < threads; t++) if (asleep[t].get() != 0) LockSupport.unpark(members[t]);
  }

  private void await(int me, long seen) {
    if (turn != seen) return;
    long start = System.nanoTime();
    do {
      for (int i = 0; i < 64; i++) {
        if (turn != seen) return;
        Thread.onSpinWait();
      }
    } while (System.nanoTime() - start < spinNanos);
    asleep[me].set(1);
    while (turn == seen) LockSupport.park(this);
    asleep[me].set(0);
  }

  @Override
  public void close() {
    if (closed) return;
    closed = true;
    advance();
    boolean interrupted = false;
    for (Thread w : workers) {
      while (true) {
        try {
          w.join();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
