package org.vulpes.training;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.vulpes.corpus.TrainingStream;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Mixture;
import org.vulpes.curriculum.Progress;
import org.vulpes.objective.Material;
import org.vulpes.optimizer.Schedule;
import org.vulpes.slot.RunSlots;
import org.vulpes.slot.Snapshot;

/** What a run is taught, in which portions and how fast: the text, and the slots of the loop that decide at every step. */
final class Teaching {
  private final RunOrder order;
  private final RunSettings settings;
  private Text text;
  private final Audition audition;
  private final LoopSlot<Mixture> mixture;
  private final LoopSlot<Curriculum> curriculum;
  private final LoopSlot<Schedule> schedule;

  /** Fills the slots. @param text that the run reads at first */
  Teaching(RunOrder order, RunSettings settings, Text text, RunSlots slots, Supplier<Engine> engine, Supplier<Progress> now) {
    this.order = order;
    this.settings = settings;
    this.text = text;
    audition = new Audition(settings, () -> this.text.stream(), engine, now);
    mixture = stateless("mixture", slots, m -> audition.of(m, curriculum()));
    curriculum = new LoopSlot<>("curriculum", slots.fill("curriculum"), Curriculum::save, Curriculum::restore, audition::of);
    schedule = stateless("schedule", slots, audition::of);
  }

  private static <T> LoopSlot<T> stateless(String name, RunSlots slots, Function<T, List<Runnable>> test) {
    return new LoopSlot<>(name, slots.fill(name), occupant -> Snapshot.empty(name), (occupant, state) -> { }, test::apply);
  }

  /** @throws org.vulpes.slot.InvalidInput when curriculum or mixture ask for what the text does not have */
  void check() {
    check(text);
    audition.of(mixture.occupant(), curriculum());
  }

  /** The same of another text, as far as the curriculum goes: it has the same domains. */
  void check(Text other) {
    for (var planned : curriculum().plan(settings.tokens())) {
      other.stream().check(planned.lesson().domainWeights());
      other.stream().check(planned.lesson().sequenceLength());
    }
  }

  /** What is read now. */
  Text text() {
    return text;
  }

  /** Reads another text from the next step on. */
  void read(Text other) {
    text = other;
  }

  void offer(RunSlots slots) {
    slots.offer(curriculum);
    slots.offer(mixture);
    slots.offer(schedule);
  }

  /** @param longest tokens that the policy can take */
  Material material(int longest) {
    return material(text, longest);
  }

  Material material(Text of, int longest) {
    return new Material(of.store(), List.of(order.seed()), curriculum().plan(settings.tokens()), settings.tokens(), longest);
  }

  /** Shapes of the micro-batches of the lesson that is due. */
  List<MicroBatches.Shape> shapes() {
    return audition.shapes(curriculum());
  }

  int microBatch(int length) {
    return audition.microBatch(length);
  }

  TrainingStream stream() {
    return text.stream();
  }

  /** What the curriculum asks for next. */
  Lesson lesson(Progress progress) {
    return curriculum().next(progress);
  }

  /** The lesson with the weights of the mixture. */
  Lesson mixed(Progress progress, Lesson lesson) {
    return new Lesson(lesson.sequenceLength(), lesson.batchTokens(), mixture.occupant().weights(progress, lesson));
  }

  /** Factor of the learning rate. @param share of the budget that is spent */
  double rate(double share) {
    return schedule.occupant().factor(share);
  }

  Map<String, Snapshot> states() {
    return Map.of("curriculum", curriculum.save(), "corpus", text.stream().save());
  }

  void restore(Function<String, Snapshot> states) {
    curriculum.restore(states.apply("curriculum"));
    text.stream().restore(states.apply("corpus"));
  }

  private Curriculum curriculum() {
    return curriculum.occupant();
  }
}
