package org.vulpes.objective.sft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.vulpes.corpus.Batch;
import org.vulpes.objective.StepBatch;
import org.vulpes.slot.InvalidInput;

class SupervisedFineTuningTest {
  /** Two conversations, of four places with one answer and of three with two, and one empty place. */
  private static Batch batch(float... weight) {
    return new Batch(1, 8, new int[8], new int[] {1, 2, 3, 4, 5, 6, 7, Batch.IGNORED}, new int[] {0, 0, 0, 0, 4, 4, 4, 7}, weight, 10);
  }

  @Test
  void everyAnswerTokenCountsTheSame() {
    StepBatch b = new SupervisedFineTuning.Answers(true, false).weigh(batch(0, 0, 0, 1, 0, 1, 1, 0));
    float third = 1f / 3;
    assertArrayEquals(new float[] {0, 0, 0, third, 0, third, third, 0}, b.floats(StepBatch.WEIGHT), 1e-7f);
    assertEquals(3, b.statistics().get("answer-tokens"));
    assertEquals(0.125, b.statistics().get("padding"));
  }

  @Test
  void everyConversationCountsTheSame() {
    StepBatch b = new SupervisedFineTuning.Answers(true, true).weigh(batch(0, 0, 0, 1, 0, 1, 1, 0));
    assertArrayEquals(new float[] {0, 0, 0, 0.5f, 0, 0.25f, 0.25f, 0}, b.floats(StepBatch.WEIGHT), 1e-7f);
  }

  @Test
  void questionsAreLearnedOnlyWhenAskedFor() {
    StepBatch b = new SupervisedFineTuning.Answers(false, false).weigh(batch(0, 0, 0, 1, 0, 1, 1, 0));
    float seventh = 1f / 7;
    assertArrayEquals(new float[] {seventh, seventh, seventh, seventh, seventh, seventh, seventh, 0}, b.floats(StepBatch.WEIGHT), 1e-7f);
  }

  @Test
  void aBatchWithoutAnAnswerIsRefused() {
    var e = assertThrows(InvalidInput.class, () -> new SupervisedFineTuning.Answers(true, false).weigh(batch(0, 0, 0, 0, 0, 0, 0, 0)));
    assertTrue(e.getMessage().contains("holds no answer"), e.getMessage());
  }
}
