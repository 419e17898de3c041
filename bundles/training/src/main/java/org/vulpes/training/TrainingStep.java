package org.vulpes.training;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.vulpes.compute.DeviceLost;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.objective.StepBatch;
import org.vulpes.slot.RunSlots;

/** One step of a run: curriculum → lesson → the objective's batch → gradients, micro-batch by micro-batch → clip and update → a line of the metrics. */
final class TrainingStep {
  private final Supplier<Engine> engine;
  private final Teaching teaching;
  private final RunPosition position;
  private final RunFiles files;
  private final RunSlots slots;
  /** Of the steps that this session has taken. */
  private final StepParts parts = new StepParts();
  private long steps;
  private Lesson taught;

  TrainingStep(Supplier<Engine> engine, Teaching teaching, RunPosition position, RunFiles files, RunSlots slots) {
    this.engine = engine;
    this.teaching = teaching;
    this.position = position;
    this.files = files;
    this.slots = slots;
  }

  /** Where this session's steps spent their time. */
  StepParts parts() {
    return parts;
  }

  /** That this session has taken. */
  long steps() {
    return steps;
  }

  /**
   * Takes the step. What a plugin throws is a failure like any other while its swap may still be rewound, and a defect otherwise.
   *
   * @param mark of the swap before it, for the metrics; may be empty
   * @return what is wrong, or null
   */
  String attempt(String mark) {
    try {
      return take(mark);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      // Nothing can be brought back on a device that is gone.
      if (e instanceof DeviceLost || !slots.onProbation()) throw e;
      return "Step " + (position.at().step() + 1) + " failed with " + e.getClass().getSimpleName() + (e.getMessage() == null ? "." : ": " + e.getMessage());
    }
  }

  private String take(String mark) {
    Engine here = engine.get();
    Counters at = position.at();
    Progress progress = position.progress();
    StepPrograms programs = here.programs;
    Lesson lesson = teaching.lesson(progress);
    if (!lesson.equals(taught)) note(lesson);
    RunSupply supply = here.supply().at(progress, teaching.mixed(progress, lesson));
    long begun = System.nanoTime();
    StepBatch batch = here.recipe().trainee().objective().prepare(supply);
    StepParts prepared = supply.take();
    prepared.add("packing", System.nanoTime() - begun - prepared.nanos(), 0);
    parts.addAll(prepared);
    begun = System.nanoTime();
    int micro = teaching.microBatch(batch.length());
    double sum = 0;
    double flops = at.flops() + batch.flops();
    var statistics = new TreeMap<>(batch.statistics());
    for (int from = 0; from < batch.sequences(); from += micro) {
      int count = Math.min(micro, batch.sequences() - from);
      sum += programs.accumulate(batch, from, count, statistics);
      flops += programs.flops(new MicroBatches.Shape(count, batch.length(), from == 0));
    }
    if (!Double.isFinite(sum)) return diverged("loss", at, "is " + sum);
    parts.add("forward and backward", System.nanoTime() - begun, flops - at.flops() - batch.flops());
    double rate = programs.update().optimizer().learningRate() * teaching.rate(progress.share());
    here.spare.awaitCopy();
    begun = System.nanoTime();
    double norm = programs.apply(rate);
    parts.add("update", System.nanoTime() - begun, 0);
    steps++;
    if (!Double.isFinite(norm)) return diverged("gradient", at, "is not finite");
    at = new Counters(at.step() + 1, at.tokens() + batch.tokens(), at.tokens(), at.bytes() + batch.bytes(), sum, flops, at.measured());
    position.set(at);
    var line = new TreeMap<String, Object>(Map.of("step", at.step(), "tokens", at.tokens(), "loss", sum, "learning-rate", rate, "gradient-norm", norm, "sequence-length",
        batch.length(), "batch-tokens", lesson.batchTokens(), "flops", at.flops()));
    if (!statistics.isEmpty()) line.put("statistics", statistics);
    if (!mark.isEmpty()) line.put("swap", mark);
    files.metrics().write(line);
    return null;
  }

  private static String diverged(String what, Counters at, String how) {
    return "The " + what + " at step " + (at.step() + 1) + " " + how + ": the run diverged. A lower learning rate, a longer warm-up or training.clip = 1.0 usually cures it.";
  }

  /** Another lesson from here on. */
  private void note(Lesson lesson) {
    taught = lesson;
    var line = new TreeMap<String, Object>(
        Map.of("event", "lesson", "step", position.at().step(), "sequence-length", lesson.sequenceLength(), "batch-tokens", lesson.batchTokens(), "weights", lesson.domainWeights()));
    slots.occupants().stream().filter(o -> o.slot().equals("curriculum"))
        .forEach(o -> line.putAll(Map.of("curriculum", o.use(), "bundle", o.bundle(), "version", o.version(), "sha256", o.sha256())));
    files.note(line);
  }
}
