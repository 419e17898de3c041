package org.vulpes.study;

import org.vulpes.evaluation.BitsPerByte;

/** Told what happens in a study; calls come from several threads at once. For progress bars; nothing depends on it. */
public interface StudyListener {

  /** Preparing: "training a tokenizer of 2,048 tokens". @param share done, 0 … 1 */
  default void preparing(String what, double share) {}

  /** Trials begin: "pilot", "tuning", "trials". @param tokens of all of them, those that have ended before too @param done tokens of those */
  default void training(String what, long tokens, long done) {}

  default void trialStarted(String arm, long seed) {}

  default void step(String arm, long seed, long step, long tokens, long total, double loss) {}

  default void evaluated(String arm, long seed, long step, BitsPerByte.Result result) {}

  /** Occupants of slots changed before a trial's next step. @param what "curriculum = flat"; empty: those of before are back */
  default void swapped(String arm, long seed, long step, String what) {}

  /** @param label of the arm, for people: "fox", "pilot of fox" */
  default void trialEnded(String label, TrialResult result) {}

  /** A sentence for the person who watches. */
  default void said(String sentence) {}
}
