package org.vulpes.study;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Trials that wait, in order; one that begins in the middle of another waits until that one has come so far. */
final class TrialQueue {
  private static final long LOOK_MILLIS = 100;

  private final List<Trials.Trial> waiting;
  private final Set<Trials.Trial> training = new HashSet<>();
  private final Trunks trunks;

  TrialQueue(List<Trials.Trial> trials, Trunks trunks) {
    waiting = new ArrayList<>(trials);
    this.trunks = trunks;
  }

  /** The next one that can begin; waits for it. @return null when there is none, or {@code halt} says so */
  synchronized Trials.Trial take(BooleanSupplier halt) {
    while (!halt.getAsBoolean() && !waiting.isEmpty()) {
      for (Iterator<Trials.Trial> i = waiting.iterator(); i.hasNext(); ) {
        Trials.Trial t = i.next();
        if (!ready(t)) continue;
        i.remove();
        training.add(t);
        return t;
      }
      try {
        wait(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
    return null;
  }

  /** It needs no other, or the other has come so far, or it has ended without (and then this one begins at its own beginning). */
  private boolean ready(Trials.Trial t) {
    var part = trunks.of(t);
    return part.isEmpty() || part.get().isThere() || !waiting.contains(part.get().trunk()) && !training.contains(part.get().trunk());
  }

  synchronized void ended(Trials.Trial t) {
    training.remove(t);
    notifyAll();
  }
}
