package org.vulpes.corpus.conversations;

import java.util.List;
import org.vulpes.corpus.Message;

/** An example before it is written by a template. */
sealed interface Sample {
  /** One or more turns, the last of which is an answer. */
  record Talk(List<Message> messages) implements Sample {}

  /** Two answers to one question. */
  record Pair(List<Message> asked, String chosen, String rejected) implements Sample {}

  /** An answer that somebody found good or bad. */
  record Labelled(List<Message> asked, String answer, boolean good) implements Sample {}
}
