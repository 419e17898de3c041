package org.vulpes.objective;

import java.util.Map;
import org.vulpes.corpus.TrainingStream;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.generation.Generator;
import org.vulpes.tokenizer.Tokenizer;

/** What a run lends to an objective that prepares a batch. Valid during the call. */
public interface Supply {
  /** Of the run: what is drawn at random follows from it and the step. */
  long seed();

  Progress progress();

  Lesson lesson();

  Tokenizer tokenizer();

  /** Of a frozen model that was trained with another than the policy's. */
  Tokenizer tokenizer(String role);

  TrainingStream stream();

  /** The policy with its weights as they are now, not a copy. */
  Generator generator();

  /** A frozen model. */
  Generator generator(String role);

  /**
   * Runs a program without gradients over rows, micro-batch by micro-batch, with the weights as they are now.
   *
   * @return each result as one row-major array with the sequences outermost
   */
  Map<String, float[]> forward(Forward what, StepBatch rows);

  /** Tells what the objective's own work took, for the profile of a run; nothing that is trained may follow from it. */
  default void spent(String part, long nanos) {}

  /** Tells the people who watch the run what they should know now. */
  default void said(String sentence) {}

  /** FLOPs of one {@link #forward} over these rows, by the operations' rules. */
  double flops(Forward what, StepBatch rows);
}
