package org.vulpes.training;

import java.util.HashMap;
import java.util.List;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.optimizer.Optimizer;

/** What training costs, counted on the graph before anything runs. */
public final class StepCost {
  private StepCost() {}

  /** FLOPs of forward and backward of one sequence of this length, by the operations' rules. */
  public static long flops(Trainee trainee, int length) {
    int together = trainee.objective().together();
    return MicroBatches.record(trainee, new MicroBatches.Shape(together, length)).flops() / together;
  }

  /**
   * Bytes that a run holds on its device at most, but for what its validation and its device's threads need: weights, gradients and moments in F32, and the planned memory of
   * its largest micro-batch.
   */
  public static long bytes(Trainee trainee, Optimizer optimizer, List<Curriculum.Planned> lessons, int microBatchTokens) {
    long arena = 0;
    for (var planned : lessons) {
      var lesson = planned.lesson();
      int sequences = Math.min(lesson.sequences(), MicroBatches.sequences(trainee, microBatchTokens, lesson.sequenceLength()));
      arena = Math.max(arena, MicroBatches.record(trainee, new MicroBatches.Shape(sequences, lesson.sequenceLength())).program().arenaBytes());
    }
    long frozen = trainee.models().frozen().values().stream().mapToLong(d -> d.count().total()).sum() + trainee.policy().count().total();
    long trained = trainee.trained().stream().mapToLong(p -> p.shape().length()).sum();
    long moments = trainee.trained().stream().mapToLong(p -> p.shape().length() * optimizer.moments(p).size()).sum();
    return 4 * (frozen + trained + moments) + arena;
  }

  /**
   * FLOPs of a whole run.
   *
   * @param lessons of its curriculum, in order
   * @param tokens its budget
   */
  public static double flops(Trainee trainee, List<Curriculum.Planned> lessons, long tokens) {
    var bySequence = new HashMap<Integer, Long>();
    double flops = 0;
    for (int i = 0; i < lessons.size(); i++) {
      int length = lessons.get(i).lesson().sequenceLength();
      long taught = (i + 1 < lessons.size() ? lessons.get(i + 1).fromToken() : tokens) - lessons.get(i).fromToken();
      flops += (double) taught / length * bySequence.computeIfAbsent(length, l -> flops(trainee, l));
    }
    return flops;
  }
}
