package org.vulpes.training;

import org.vulpes.curriculum.Progress;
import org.vulpes.slot.Position;

/** How far a run has come: what its steps move on and a rewind sets back. On the training thread. */
final class RunPosition {
  private final long total;
  private Counters at = Counters.START;
  private double seconds;

  /** @param total tokens of the budget */
  RunPosition(long total) {
    this.total = total;
  }

  Counters at() {
    return at;
  }

  void set(Counters counters) {
    at = counters;
  }

  /** Of training and evaluation, over all sessions. */
  double seconds() {
    return seconds;
  }

  void took(double all) {
    seconds = all;
  }

  boolean spent() {
    return at.tokens() >= total;
  }

  /** Whether the last step passed one of the places at which a run is evaluated, which part it evenly. */
  boolean passed(int evaluations) {
    double budget = total;
    return spent() || Math.floor(at.tokens() / budget * evaluations) > Math.floor(at.tokensBefore() / budget * evaluations);
  }

  /** As a curriculum sees it. */
  Progress progress() {
    return new Progress(at.step(), at.tokens(), total, at.loss());
  }

  /** As the slots see it. */
  Position position() {
    return new Position(at.step(), at.tokens(), total, at.loss());
  }
}
