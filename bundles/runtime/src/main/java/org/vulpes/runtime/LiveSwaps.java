package org.vulpes.runtime;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.PlannedSwap;
import org.vulpes.slot.Position;
import org.vulpes.slot.RunControl;
import org.vulpes.slot.Slot;
import org.vulpes.slot.SwapRequest;

/** Swaps that people ask for while a run goes on, one after the other on a thread of their own, each watched until its probation is over. */
final class LiveSwaps implements RunControl, AutoCloseable {
  private final RunSwaps run;
  private final ExecutorService controller;
  /** What each slot held before its last swap by hand: what undo brings back. */
  private final Map<String, Held> before = new ConcurrentHashMap<>();
  private volatile String lastSlot = "";
  private long last;

  /** @param past the journal of the sessions before @param resumed where this one begins */
  LiveSwaps(RunSwaps run, List<Map<String, Object>> past, Position resumed) {
    this.run = run;
    last = SwapLine.last(past);
    SwapLine.replaced(past, resumed).forEach(o -> replaced(new Held(null, o, run.config(), null)));
    // The thread is started with the first swap.
    controller = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("vulpes-swaps").inheritInheritableThreadLocals(false).factory());
  }

  /** A swap by hand stays: what undo brings back from now on. */
  void replaced(Held old) {
    before.put(old.occupant().slot(), new Held(null, old.occupant(), old.config(), old.jar()));
    lastSlot = old.occupant().slot();
  }

  @Override
  public String name() {
    return run.host.name();
  }

  @Override
  public Path folder() {
    return run.host.folder();
  }

  @Override
  public Status status() {
    if (!run.open()) throw Boundary.ended();
    int[] retired = run.candidates.retired();
    return new Status(run.position(), run.tokensPerSecond(), run.filled.all(), run.filled.stays(), retired[0], retired[1]);
  }

  @Override
  public Installed installed() {
    if (!run.open()) throw Boundary.ended();
    return run.preparation.installed();
  }

  @Override
  public boolean swap(SwapRequest asked, Consumer<String> said) {
    SwapRequest request = whole(asked);
    check(request);
    CompletableFuture<Boolean> done;
    try {
      done = CompletableFuture.supplyAsync(() -> perform(request, said), controller);
    } catch (RejectedExecutionException e) {
      throw Boundary.ended();
    }
    try {
      return done.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException r) throw r;
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Boundary.ended();
    }
  }

  /** A key beside a plugin may be asked for as if it were a slot: {@code swap model.layers 12} means the depth as it is, with 12 blocks. */
  private SwapRequest whole(SwapRequest r) {
    for (String slot : run.filled.slots().keySet()) {
      if (!Occupant.beside(slot).contains(r.slot())) continue;
      if (r.undo()) return new SwapRequest(slot, "", r.set(), r.force());
      return new SwapRequest(slot, run.filled.held(slot).occupant().use(), Stream.concat(Stream.of(r.slot() + "=" + r.use()), r.set().stream()).toList(), r.force());
    }
    return r;
  }

  private void check(SwapRequest r) {
    if (!run.open()) throw Boundary.ended();
    if (!r.slot().isEmpty() && run.filled.slot(r.slot()) == null) {
      String why = run.filled.stays().get(r.slot());
      if (why != null) throw new InvalidInput("Slot '" + r.slot() + "' cannot be exchanged in this run: " + Reason.sentence(why));
      throw new InvalidInput("Slot '" + r.slot() + "' cannot be exchanged in this run; " + Reason.sentence(PlannedSwap.slots(r.slot(), run.filled.slots().keySet())));
    }
    if (!run.host.planned().isEmpty() && !r.force()) {
      throw new InvalidInput("This run is " + run.host.planned() + ": a swap by hand would make it another arm than the one that was planned. Write the swap into an arm of its own "
          + "(swaps = [{ at = 40%, slot = …, use = … }]), or add --force: the trial is then marked, and what it is compared with is exploratory.");
    }
  }

  /** On the controller's thread. */
  private boolean perform(SwapRequest request, Consumer<String> said) {
    String slotName = request.slot().isEmpty() ? lastSlot : request.slot();
    Held old = before.get(slotName);
    if (request.undo() && old == null) throw new InvalidInput("There is nothing to undo" + (slotName.isEmpty() ? "" : " in slot '" + slotName + "'") + ": no swap by hand is part of this run.");
    Slot<?> slot = run.filled.slot(slotName);
    String id = Long.toString(++last);
    String origin = request.undo() ? "undo" : "live";
    var asked = SwapLine.of("requested", id, origin, slotName, run.position().step());
    asked.put("use", request.undo() ? old.occupant().use() : request.use());
    asked.put("set", request.set());
    run.host.journal(asked);
    Attempt attempt;
    Probation p;
    try {
      attempt = prepare(slot, id, origin, request, old, said);
      p = handOver(attempt);
    } catch (RuntimeException e) {
      String reason = Reason.sentence(Reason.of(e));
      if (Boundary.isEnd(e)) throw Boundary.ended();
      var line = SwapLine.of("refused", id, origin, slotName, run.position().step());
      line.put("reason", reason);
      run.host.journal(line);
      said.accept("refused: " + reason + (run.open() ? " The run goes on as it was." : " The run has ended meanwhile."));
      run.host.said(slotName + " was not swapped: " + reason);
      return false;
    }
    return watch(p, said);
  }

  private Attempt prepare(Slot<?> slot, String id, String origin, SwapRequest request, Held old, Consumer<String> said) {
    Candidate candidate;
    Config config;
    if (request.undo()) {
      candidate = old.jar() == null ? run.preparation.again(old.occupant()) : run.candidates.again(old.occupant(), old.jar());
      config = old.occupant().over(run.config());
    } else {
      candidate = run.candidates.newest(slot.name(), request.use(), run.host.folder(), said);
      try {
        config = run.preparation.with(run.config(), candidate, request.set());
      } catch (RuntimeException e) {
        candidate.close();
        throw e;
      }
    }
    Attempt attempt = run.preparation.prepare(slot, id, origin, candidate, config, () -> run.boundary.call(slot::save), run.generation());
    try {
      run.preparation.keepJar(attempt.occupant(), candidate.jar());
      var line = SwapLine.of("prepared", id, origin, slot.name(), run.position().step());
      line.put("to", SwapLine.occupant(attempt.occupant()));
      run.host.journal(line);
    } catch (RuntimeException e) {
      candidate.close();
      throw e;
    }
    said.accept("prepared " + attempt.occupant().told() + "; it takes over between two steps");
    return attempt;
  }

  private Probation handOver(Attempt attempt) {
    try {
      run.boundary.call(() -> {
        run.host.makeRoom();
        return null;
      });
      long groundwork = 0;
      for (Runnable piece : attempt.handover().groundwork()) {
        groundwork += run.boundary.call(() -> {
          long began = System.nanoTime();
          piece.run();
          return System.nanoTime() - began;
        });
      }
      Probation p = run.boundary.call(() -> {
        if (attempt.generation() != run.generation()) throw new InvalidInput("another swap came in between; ask again");
        run.makeWay();
        return run.handOver(attempt, run.position());
      });
      p.groundworkNanos = groundwork;
      p.kept.complete();
      return p;
    } catch (RuntimeException | Error e) {
      var reason = new InvalidInput(Reason.of(e));
      try {
        run.boundary.call(() -> {
          attempt.handover().drop();
          return null;
        });
      } finally {
        attempt.candidate().close();
      }
      throw reason;
    }
  }

  private boolean watch(Probation p, Consumer<String> said) {
    String slot = p.attempt.occupant().slot();
    var line = SwapLine.of("done", p.attempt.id(), p.attempt.origin(), slot, p.from.step());
    line.put("from", SwapLine.occupant(p.before.occupant()));
    line.put("to", SwapLine.occupant(p.attempt.occupant()));
    line.put("pause-us", (p.moveNanos + p.keepNanos) / 1000);
    line.put("handover-us", p.moveNanos / 1000);
    line.put("keep-us", p.keepNanos / 1000);
    line.put("groundwork-us", p.groundworkNanos / 1000);
    SwapLine.travelled(line, p.travelled);
    try {
      run.host.journal(line);
    } finally {
      // Also when the disk is full: the loop must not wait for ever, and meets the same disk at its next line.
      p.journaled = true;
    }
    String told = "after step " + p.from.step() + ": " + slot + " is " + p.attempt.occupant().told() + " now, pause " + microseconds(p.moveNanos + p.keepNanos) + "; " + p.travelled;
    said.accept(told + "; on probation for " + run.settings.probationSteps() + " steps");
    run.host.said(told);
    Probation.Verdict v = verdict(p, said);
    if (!v.stays()) {
      run.host.journal(RunSwaps.rewound(p, v));
      said.accept(RunSwaps.rewoundSentence(p, v));
      run.host.said(RunSwaps.rewoundSentence(p, v));
      p.attempt.candidate().close();
      return false;
    }
    var passed = SwapLine.of("passed", p.attempt.id(), p.attempt.origin(), slot, v.at().step());
    passed.put("tokens-per-second-before", finite(p.paceBefore));
    passed.put("tokens-per-second-after", finite(v.tokensPerSecond()));
    passed.put("loss-before", finite(p.from.loss()));
    passed.put("loss-after", finite(v.at().loss()));
    int[] retired = run.candidates.retired();
    passed.put("bundles-retired", retired[0]);
    passed.put("class-loaders-alive", retired[1]);
    run.host.journal(passed);
    String kept = slot + " = " + p.attempt.occupant().use() + " stays (step " + v.at().step() + (v.reason().isEmpty() ? "" : ", probation " + v.reason()) + "): "
        + figure(p.paceBefore) + " tokens/s before, " + figure(v.tokensPerSecond()) + " after; loss " + loss(p.from.loss()) + " before, " + loss(v.at().loss()) + " after";
    said.accept(kept);
    run.host.said(kept);
    replaced(p.before);
    p.before.candidate().close();
    return true;
  }

  /** Waits for the end of the probation and tells when the loop stands still. */
  private Probation.Verdict verdict(Probation p, Consumer<String> said) {
    boolean told = false;
    while (true) {
      long step = run.position().step();
      try {
        return p.verdict.get((long) (run.settings.stallSeconds() * 1000), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (told || run.position().step() != step) continue;
        told = true;
        String sentence = "no step has ended for " + run.settings.stallSeconds() + " s since " + p.attempt.occupant().slot() + " is " + p.attempt.occupant().told()
            + ": the loop may hang in it, and cannot be freed from outside. End the process (kill) and give the same command again: the run goes on from its last checkpoint without that swap.";
        var line = SwapLine.of("hung", p.attempt.id(), p.attempt.origin(), p.attempt.occupant().slot(), p.from.step());
        line.put("reason", sentence);
        run.host.journal(line);
        said.accept(sentence);
        run.host.said(sentence);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Boundary.ended();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException r) throw r;
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  private static Object finite(double x) {
    return Double.isFinite(x) ? (Object) x : "NaN";
  }

  private static String figure(double x) {
    return Double.isFinite(x) ? String.format(Locale.ROOT, "%,.0f", x) : "no";
  }

  private static String loss(double x) {
    return Double.isFinite(x) ? String.format(Locale.ROOT, "%.3f", x) : "unknown";
  }

  private static String microseconds(long nanos) {
    return nanos < 10_000_000 ? nanos / 1000 + " µs" : nanos / 1_000_000 + " ms";
  }

  @Override
  public void close() {
    controller.shutdown();
    try {
      if (!controller.awaitTermination(5, TimeUnit.SECONDS)) controller.shutdownNow();
    } catch (InterruptedException e) {
      controller.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
