package org.vulpes.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.vulpes.slot.Position;
import org.vulpes.slot.RunHost;
import org.vulpes.slot.Slot;

/** The first steps of a new occupant, during which the whole run can still be brought back. Belongs to the training thread, but for what says otherwise. */
final class Probation {
  /** How it ended. @param reason of the rewind, or why it was shorter than planned; empty otherwise */
  record Verdict(boolean stays, String reason, Position at, double tokensPerSecond, List<Double> losses) {}

  final Attempt attempt;
  final RunHost.Kept kept;
  final Held before;
  final Position from;
  final long until;
  final Slot.Travelled travelled;
  final double paceBefore;
  final long moveNanos;
  final long keepNanos;
  /** What the training thread gave in pieces before the handover, between earlier steps. Belongs to whoever asked for the swap. */
  long groundworkNanos;
  private final List<Double> losses = new ArrayList<>();
  private long tokens;
  private long nanos;
  /** Completed on the training thread, awaited by whoever asked for the swap. */
  final CompletableFuture<Verdict> verdict = new CompletableFuture<>();
  /** Set by whoever journals: before the swap is on the disk, its probation cannot end and no checkpoint can be written. */
  volatile boolean journaled;

  Probation(Attempt attempt, RunHost.Kept kept, Held before, Position from, int steps, Slot.Travelled travelled, double paceBefore, long moveNanos, long keepNanos) {
    this.attempt = attempt;
    this.kept = kept;
    this.before = before;
    this.from = from;
    this.until = from.step() + steps;
    this.travelled = travelled;
    this.paceBefore = paceBefore;
    this.moveNanos = moveNanos;
    this.keepNanos = keepNanos;
  }

  void stepped(Position at, long tokensOfStep, long took) {
    losses.add(at.loss());
    tokens += tokensOfStep;
    nanos += took;
  }

  boolean over(Position at) {
    return at.step() >= until && journaled;
  }

  void end(boolean stays, String reason, Position at) {
    verdict.complete(new Verdict(stays, reason, at, nanos == 0 ? Double.NaN : tokens * 1e9 / nanos, List.copyOf(losses)));
  }
}
