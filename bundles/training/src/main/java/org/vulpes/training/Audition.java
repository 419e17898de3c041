package org.vulpes.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Supplier;
import org.vulpes.corpus.TrainingStream;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Mixture;
import org.vulpes.curriculum.Progress;
import org.vulpes.optimizer.Schedule;
import org.vulpes.slot.InvalidInput;

/** Tries out, beside the loop, who is to be asked at every step: what they say must be something that this run can do. */
final class Audition {
  private final RunSettings settings;
  private final Supplier<TrainingStream> stream;
  private final Supplier<Engine> engine;
  private final Supplier<Progress> now;

  Audition(RunSettings settings, Supplier<TrainingStream> stream, Supplier<Engine> engine, Supplier<Progress> now) {
    this.settings = settings;
    this.stream = stream;
    this.engine = engine;
    this.now = now;
  }

  /** Its lessons must be teachable here; the programs of their shapes are recorded at once. @return what makes them ready on the training thread */
  List<Runnable> of(Curriculum candidate) {
    var plan = candidate.plan(settings.tokens());
    if (plan.isEmpty()) throw new InvalidInput("it plans no lesson");
    candidate.next(now.get());
    Recipe recipe = engine.get().recipe();
    var groundwork = new LinkedHashMap<MicroBatches.Shape, Runnable>();
    for (var planned : plan) {
      stream.get().check(planned.lesson().domainWeights());
      stream.get().check(planned.lesson().sequenceLength());
      for (var shape : shapes(planned.lesson())) {
        if (engine.get().programs.accumulate().shapes().contains(shape) || groundwork.containsKey(shape)) continue;
        var recording = MicroBatches.record(recipe.trainee(), shape);
        groundwork.put(shape, () -> engine.get().programs.accumulate().prepare(shape, recording));
      }
    }
    return List.copyOf(groundwork.values());
  }

  /** It must name domains that there are, from the beginning to the end. */
  List<Runnable> of(Mixture candidate, Curriculum present) {
    for (int tenth = 0; tenth <= 10; tenth++) {
      var progress = new Progress(now.get().step(), settings.tokens() / 10 * tenth, settings.tokens(), now.get().loss());
      for (var planned : present.plan(settings.tokens())) stream.get().check(candidate.weights(progress, planned.lesson()));
    }
    return List.of();
  }

  List<Runnable> of(Schedule candidate) {
    for (int i = 0; i <= 100; i++) {
      double factor = candidate.factor(i / 100.0);
      if (!(factor >= 0 && factor <= 1)) throw new InvalidInput("its factor at " + i + " % of the budget is " + factor + ", not from 0 to 1");
    }
    return List.of();
  }

  /** The shapes of micro-batch that the lesson needs which is due now. */
  List<MicroBatches.Shape> shapes(Curriculum present) {
    Lesson due = null;
    for (var planned : present.plan(settings.tokens())) if (due == null || planned.fromToken() <= now.get().tokens()) due = planned.lesson();
    return shapes(due);
  }

  private List<MicroBatches.Shape> shapes(Lesson lesson) {
    return MicroBatches.Shape.of(lesson.sequences(), microBatch(lesson.sequenceLength()), lesson.sequenceLength());
  }

  /** Sequences of this length that pass through the model at once. */
  int microBatch(int length) {
    return MicroBatches.sequences(engine.get().recipe().trainee(), settings.microBatchTokens(), length);
  }
}
