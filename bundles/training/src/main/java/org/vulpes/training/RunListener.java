package org.vulpes.training;

import org.vulpes.evaluation.BitsPerByte;

/** Told what happens in a run, on the run's thread, between two steps. For progress bars; nothing in a run depends on it. */
public interface RunListener {

  /** @param tokens seen so far @param total the run's budget @param loss of the step, nats per token */
  default void step(long step, long tokens, long total, double loss) {}

  default void evaluated(long step, BitsPerByte.Result result) {}

  /** The occupants of slots changed before the next step. @param what "curriculum = flat"; empty: those of before are back */
  default void swapped(long step, String what) {}

  /** From any thread: a sentence for the person who watches: "resumed from step 200". */
  default void said(String sentence) {}
}
