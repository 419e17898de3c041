package org.vulpes.curriculum;

import java.util.List;
import org.vulpes.slot.Swappable;

/** Decides what is taught next. Deterministic in {@link Progress} and its own saved state. */
public interface Curriculum extends Swappable {

  /** What the next step teaches; asked once before every optimizer step. */
  Lesson next(Progress progress);

  /** All lessons that {@link #next} can return over a run of {@code totalTokens}, in order with the token at which each starts: for plans, checks and drawings. */
  List<Planned> plan(long totalTokens);

  /** @param fromToken first token (of the whole run) taught under this lesson */
  record Planned(long fromToken, String name, Lesson lesson) {}
}
