package org.vulpes.training;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceInfo;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.KernelFamily;
import org.vulpes.corpus.TrainingStream;
import org.vulpes.corpus.Validation;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Mixture;
import org.vulpes.curriculum.Progress;
import org.vulpes.evaluation.BitsPerByte;
import org.vulpes.evaluation.Score;
import org.vulpes.evaluation.Subject;
import org.vulpes.model.Decoder;
import org.vulpes.objective.Material;
import org.vulpes.objective.StepBatch;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.optimizer.Schedule;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.Position;
import org.vulpes.slot.RunHost;
import org.vulpes.slot.RunSlots;
import org.vulpes.slot.Snapshot;
import org.vulpes.slot.Swaps;
import org.vulpes.tokenizer.Tokenizer;

/**
 * Trains one trial. A step: curriculum → lesson → corpus packs a batch → objective's program adds gradients, micro-batch by micro-batch → clip and
 * update → journal. Between two steps an occupant of a slot may be exchanged. The same configuration, seed, corpus, device and swaps give the same bits, however often the
 * run is killed and resumed.
 */
public final class TrainingRun implements AutoCloseable {
  private static final Function<String, String> KERNELS = family -> "kernels." + family;
  /** Slots whose occupants can be exchanged while a run goes on. */
  public static final List<String> SWAPPABLE = Stream.of(List.of("curriculum", "mixture", "schedule", "objective", "optimizer", "device"), KernelFamily.ALL.stream().map(KERNELS).toList(), BrickSlot.KINDS)
      .flatMap(List::stream).toList();

  private final RunOrder order;
  private final RunSettings settings;
  private final RunListener listener;
  private final String configHash;
  private final RunFiles files;
  private final RunEvaluations evaluations;
  private final LoopSlot<Schedule> schedule;
  private final LoopSlot<Curriculum> curriculum;
  private final LoopSlot<Mixture> mixture;
  private final TrainingStream stream;
  private final Audition audition;
  private final RunReward reward;
  private final RunSlots slots;
  private final Closer closer;
  private Engine engine;
  private Counters at = Counters.START;
  private double seconds;
  private boolean checkpointDue;
  private Lesson taught;
  /** Of the steps that this session has taken. */
  private final StepParts parts = new StepParts();
  private long steps;
  /** By the run's evaluations, when bits per byte were measured last; null before. */
  private SortedMap<String, SortedMap<String, Score>> measured;
  private SortedMap<String, String> tuned = Collections.emptySortedMap();

  /**
   * Opens a run, or resumes the one in the folder from its newest checkpoint.
   *
   * @throws InvalidInput when the configuration does not fit together, or the folder holds another run or a damaged checkpoint
   */
  public static TrainingRun open(RunOrder order, Catalogue catalogue, Swaps swaps, RunListener listener) {
    return new TrainingRun(order, catalogue, swaps, listener);
  }

  private TrainingRun(RunOrder order, Catalogue catalogue, Swaps swaps, RunListener listener) {
    this.order = order;
    this.listener = listener;
    settings = RunSettings.of(order.config());
    configHash = order.hash(Initial.identity(order.config(), catalogue));
    stream = new TrainingStream(order.store(), order.seed());
    audition = new Audition(settings, stream, () -> engine, this::progress);
    var opened = new Closer();
    try {
      files = opened.add(new RunFiles(order.folder(), settings.keepCheckpoints(), configHash));
      slots = opened.add(swaps.open(new Host()));
      reward = new RunReward(slots);
      slots.hold("corpus");
      slots.stays("corpus", "its texts are cut into training and validation, and tokenized, before a run begins; `mixture` changes what is drawn from them");
      slots.hold("tokenizer");
      slots.stays("tokenizer", "the token ids of the prepared text, and the rows of embedding and head, belong to it");
      mixture = new LoopSlot<>("mixture", slots.fill("mixture"), m -> Snapshot.empty("mixture"), (m, state) -> { }, m -> audition.of(m, curriculum()));
      curriculum = new LoopSlot<>("curriculum", slots.fill("curriculum"), Curriculum::save, Curriculum::restore, audition::of);
      schedule = new LoopSlot<>("schedule", slots.fill("schedule"), s -> Snapshot.empty("schedule"), (s, state) -> { }, audition::of);
      slots.hold("objective");
      Optimizer optimizer = slots.fill("optimizer");
      DeviceProvider provider = slots.fill("device");
      var kernels = new TreeMap<String, KernelFamily>();
      for (String family : KernelFamily.ALL) kernels.put(family, slots.fill(KERNELS.apply(family)));
      BrickSlot.KINDS.forEach(slots::hold);
      DeviceSlot.usable(provider, slots.config().getString("device.use"));
      for (var planned : curriculum.occupant().plan(settings.tokens())) {
        stream.check(planned.lesson().domainWeights());
        stream.check(planned.lesson().sequenceLength());
      }
      audition.of(mixture.occupant(), curriculum());
      Tokenizer tokenizer = order.store().tokenizer();
      Trainee trainee = Trainee.of(slots.config(), slots.plugins(), tokenizer.vocabularySize()).check(tokenizer).check(material());
      engine = new Engine(provider, settings.threads(), files.tuned(told(provider)), new Recipe(trainee, kernels), optimizer, settings.clip(),
          (d, model, parameters) -> new BitsPerByte(d, model, parameters, new Validation(order.store()), order.store().domains(), settings.evaluationLength(), settings.metricWeights()),
          (d, weights) -> new RunSupply(order.seed(), tokenizer, weights.trainee().tokenizers(), stream, d, weights, audition::microBatch, listener::said));
      // The one that is there at the end.
      opened.add(() -> engine.close());
      evaluations = RunEvaluations.of(order.config(), catalogue, order.folder());
      offer();
      evaluations.show(slots, catalogue);
      Initial.fill(order.config(), catalogue, engine.weights(), order.seed(), files.found() != null);
      if (files.found() != null) restore(files.found());
      String gap = files.open(order);
      if (!gap.isEmpty()) listener.said(gap);
      event(files.found() == null ? "start" : "resume", Map.of("config", configHash, "seed", order.seed(), "device", device(), "corpus", order.store().identity(), "threads", engine.device.info().threads(),
          "bundles", Circumstances.told(Circumstances.bundles(order.config(), catalogue))));
      if (files.found() != null) listener.said("resumed from step " + at.step());
      slots.begin(position());
    } catch (Throwable e) {
      opened.close();
      throw e;
    }
    closer = opened;
    // People's swaps end before the files that tell of them.
    closer.add(slots);
  }

  private void offer() {
    Supplier<Engine> now = () -> engine;
    Supplier<List<MicroBatches.Shape>> shapes = () -> audition.shapes(curriculum());
    slots.offer(curriculum);
    slots.offer(mixture);
    slots.offer(schedule);
    slots.offer(new ObjectiveSlot(this::material, order.store().tokenizer(), reward, now, shapes));
    slots.offer(new OptimizerSlot(now));
    slots.offer(new DeviceSlot(now, e -> engine = e, shapes));
    for (String family : KernelFamily.ALL) slots.offer(new KernelsSlot(family, now, shapes));
    var theatre = new BrickSlot.Theatre(slots::config, order.store().tokenizer(), e -> engine = e, order.seed(), settings.evaluationBytes());
    for (String kind : BrickSlot.KINDS) slots.offer(new BrickSlot(kind, slots.plugins(), now, shapes, theatre));
    slots.stays("evaluation", "bits-per-byte", "what is compared has to be measured in one way from beginning to end");
    slots.stays("sampler", "of the objective", "whether and how the model writes in training is an option of the objective; exchange that");
    reward.begin(engine.recipe().trainee().objective());
  }

  private Material material() {
    return new Material(order.store(), List.of(order.seed()), curriculum().plan(settings.tokens()), settings.tokens());
  }

  /** Optimizer steps done. On the training thread. */
  public long step() {
    return at.step();
  }

  /** Bits per byte of all validation text with the weights as they are now. On the training thread. */
  public BitsPerByte.Result measure() {
    return engine.metric().measure();
  }

  public Decoder model() {
    return engine.recipe().trainee().policy();
  }

  /**
   * Trains until the budget is spent, the loss is no longer finite, or {@code stop} says so (asked between two steps; a checkpoint is left).
   *
   * @throws org.vulpes.slot.SwapFailed when a swap that the configuration demands cannot be done
   */
  public Outcome train(BooleanSupplier stop) {
    return train(stop, at -> false);
  }

  /** The same, up to the first step before which {@code pause} says so: a checkpoint is left there, and the run goes on when it is asked to train again. */
  Outcome train(BooleanSupplier stop, Predicate<Position> pause) {
    long began = System.nanoTime();
    double before = seconds;
    if (files.found() == null && measured == null) {
      // What the model is worth before it learns anything here: where curves begin, and a fault of an evaluation shows now rather than after hours.
      measured = evaluations.measure(subject(), at.step());
      if (!measured.isEmpty()) files.metrics().write(Map.of("step", at.step(), "tokens", at.tokens(), "evaluations", RunEvaluations.means(measured)));
    }
    while (at.tokens() < settings.tokens()) {
      if (stop.getAsBoolean()) {
        slots.endProbation(position());
        checkpoint();
        return end(Outcome.Status.STOPPED, "Stopped at step " + at.step() + "; the same command goes on from there.", null);
      }
      if (pause.test(position())) {
        slots.endProbation(position());
        checkpoint();
        return outcome(Outcome.Status.PAUSED, "", null);
      }
      String mark = slots.between(position());
      if (!mark.isEmpty()) listener.swapped(at.step(), mark);
      long stepBegan = System.nanoTime();
      String trouble = attempt(mark);
      seconds = before + (System.nanoTime() - began) * 1e-9;
      if (trouble != null) {
        if (!slots.failed(trouble)) return end(Outcome.Status.DIVERGED, trouble, null);
        listener.swapped(at.step(), "");
        continue;
      }
      slots.stepped(position(), System.nanoTime() - stepBegan);
      if (evaluationDue()) {
        at = at.measured(at.tokens() < settings.tokens() ? engine.metric().measure(settings.evaluationBytes()) : engine.metric().measure());
        seconds = before + (System.nanoTime() - began) * 1e-9;
        var line = new TreeMap<String, Object>(Map.of("step", at.step(), "tokens", at.tokens(), "flops", at.flops(), "seconds", seconds, "bits-per-byte", at.measured().mean(), "domains",
            at.measured().byDomain(), "validation-bytes", at.measured().bytes()));
        measured = evaluations.measure(subject(), at.step());
        if (!measured.isEmpty()) line.put("evaluations", RunEvaluations.means(measured));
        files.metrics().write(line);
        event("evaluation", Map.of("bits-per-byte", at.measured().mean(), "domains", at.measured().byDomain()));
        listener.evaluated(at.step(), at.measured());
      }
      boolean last = at.tokens() >= settings.tokens();
      if (last) slots.endProbation(position());
      checkpointDue |= last || at.step() % settings.checkpointEvery() == 0;
      // A step that may yet be void is not to be resumed from.
      if (checkpointDue && !slots.onProbation()) checkpoint();
    }
    // A run that was killed between its last checkpoint and its end measures again.
    if (at.measured() == null) measured = evaluations.measure(subject(), at.step());
    return end(Outcome.Status.FINISHED, "", at.measured() != null ? at.measured() : engine.metric().measure());
  }

  private boolean evaluationDue() {
    int n = settings.evaluations();
    double total = settings.tokens();
    return at.tokens() >= settings.tokens() || Math.floor(at.tokens() / total * n) > Math.floor(at.tokensBefore() / total * n);
  }

  /** A step. What a plugin throws is a failure like any other while its swap may still be rewound, and a defect otherwise. @return what is wrong, or null */
  private String attempt(String mark) {
    try {
      return step(mark);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      if (!slots.onProbation()) throw e;
      return "Step " + (at.step() + 1) + " failed with " + e.getClass().getSimpleName() + (e.getMessage() == null ? "." : ": " + e.getMessage());
    }
  }

  private String step(String mark) {
    Progress progress = progress();
    double share = progress.share();
    StepPrograms programs = engine.programs;
    Lesson lesson = curriculum.occupant().next(progress);
    if (!lesson.equals(taught)) lesson(lesson);
    Lesson mixed = new Lesson(lesson.sequenceLength(), lesson.batchTokens(), mixture.occupant().weights(progress, lesson));
    RunSupply supply = engine.supply().at(progress, mixed);
    long begun = System.nanoTime();
    StepBatch batch = engine.recipe().trainee().objective().prepare(supply);
    StepParts prepared = supply.take();
    prepared.add("packing", System.nanoTime() - begun - prepared.nanos(), 0);
    parts.addAll(prepared);
    begun = System.nanoTime();
    int micro = audition.microBatch(batch.length());
    double sum = 0;
    double flops = at.flops() + batch.flops();
    var statistics = new TreeMap<>(batch.statistics());
    for (int from = 0; from < batch.sequences(); from += micro) {
      int count = Math.min(micro, batch.sequences() - from);
      sum += programs.accumulate(batch, from, count, statistics);
      flops += programs.flops(count, batch.length());
    }
    if (!Double.isFinite(sum)) {
      return "The loss at step " + (at.step() + 1) + " is " + sum + ": the run diverged. A lower learning rate, a longer warm-up or training.clip = 1.0 usually cures it.";
    }
    parts.add("forward and backward", System.nanoTime() - begun, flops - at.flops() - batch.flops());
    double rate = programs.update().optimizer().learningRate() * schedule.occupant().factor(share);
    engine.spare.awaitCopy();
    begun = System.nanoTime();
    double norm = programs.apply(rate);
    parts.add("update", System.nanoTime() - begun, 0);
    steps++;
    if (!Double.isFinite(norm)) {
      return "The gradient at step " + (at.step() + 1) + " is not finite: the run diverged. A lower learning rate, a longer warm-up or training.clip = 1.0 usually cures it.";
    }
    at = new Counters(at.step() + 1, at.tokens() + batch.tokens(), at.tokens(), at.bytes() + batch.bytes(), sum, flops, at.measured());
    var line = new TreeMap<String, Object>(Map.of("step", at.step(), "tokens", at.tokens(), "loss", sum, "learning-rate", rate, "gradient-norm", norm, "sequence-length",
        batch.length(), "batch-tokens", lesson.batchTokens(), "flops", at.flops()));
    if (!statistics.isEmpty()) line.put("statistics", statistics);
    if (!mark.isEmpty()) line.put("swap", mark);
    files.metrics().write(line);
    listener.step(at.step(), at.tokens(), settings.tokens(), sum);
    return null;
  }

  private Curriculum curriculum() {
    return curriculum.occupant();
  }

  private Progress progress() {
    return new Progress(at.step(), at.tokens(), settings.tokens(), at.loss());
  }

  private Subject subject() {
    Decoder policy = engine.weights().trainee().policy();
    return new Subject(engine.device, policy, engine.weights().policy().buffers(), order.store().tokenizer(), Math.min(policy.longest(), settings.evaluationLength()), true);
  }

  /** Between two steps, on the training thread. */
  Position position() {
    return new Position(at.step(), at.tokens(), settings.tokens(), at.loss());
  }

  private Outcome outcome(Outcome.Status status, String reason, BitsPerByte.Result result) {
    return new Outcome(status, reason, at.step(), at.tokens(), at.bytes(), result == null ? Double.NaN : result.mean(),
        result == null ? new TreeMap<>() : result.byDomain(), result == null ? Double.NaN : result.standardError(), seconds, at.flops(), engine.device.peakBytes(), stream.epochs(),
        result == null ? new TreeMap<>() : RunEvaluations.flat(measured));
  }

  private Outcome end(Outcome.Status status, String reason, BitsPerByte.Result result) {
    var outcome = outcome(status, reason, result);
    var more = new TreeMap<String, Object>(Map.of("status", status.name().toLowerCase(java.util.Locale.ROOT), "tokens", at.tokens()));
    if (!reason.isEmpty()) more.put("reason", reason);
    if (result != null) more.put("bits-per-byte", result.mean());
    if (steps > 0) {
      more.put("seconds-by-part", parts.seconds());
      if (Boolean.getBoolean("vulpes.profile")) listener.said(parts.table(steps));
    }
    event("end", more);
    files.metrics().force();
    return outcome;
  }

  private Map<String, Snapshot> states() {
    return Map.of("curriculum", curriculum.save(), "corpus", stream.save(), "objective", engine.recipe().trainee().objective().save(), "swaps", slots.save());
  }

  /** Before a checkpoint: what the run goes on with from there, the device must have chosen alike. */
  private void journalTuning() {
    var now = engine.device.tuned();
    if (now.equals(tuned)) return;
    tuned = now;
    event(RunFiles.TUNED, Map.of("device", device(), "choices", now));
  }

  private void checkpoint() {
    checkpointDue = false;
    journalTuning();
    var updates = new TreeMap<String, Long>();
    UpdateProgram update = engine.programs.update();
    update.moments().forEach((name, m) -> updates.put(name, m.updates));
    var written = files.checkpoint(new RunState(at.step(), at.tokens(), at.bytes(), at.loss(), seconds, at.flops(), configHash, device(), states(), updates, slots.occupants(), slots.plannedDone()),
        engine.weights(), update.tensors());
    if (!written.isEmpty()) event("checkpoint", Map.of("files", written));
  }

  private void restore(Checkpoints.Found found) {
    RunState s = found.state();
    if (!s.device().equals(device())) {
      listener.said("The checkpoint was made on '" + s.device() + "', this is '" + device() + "': the run goes on, but not with the same bits.");
    }
    UpdateProgram update = engine.programs.update();
    found.load(engine.weights(), update.tensors());
    update.moments().forEach((name, m) -> {
      Long updates = s.moments().get(name);
      if (updates == null) throw new InvalidInput("The checkpoint of step " + s.step() + " in " + order.folder() + " does not say how old moment '" + name + "' is; it is damaged.");
      m.updates = updates;
    });
    curriculum.restore(files.slot("curriculum"));
    stream.restore(files.slot("corpus"));
    engine.recipe().trainee().objective().restore(files.slot("objective"));
    at = new Counters(s.step(), s.tokens(), s.tokens(), s.bytes(), s.loss(), s.flops(), null);
    seconds = s.seconds();
  }

  private String device() {
    return told(engine.device.info());
  }

  /** The device that a provider opens, by the same words. */
  static String told(DeviceProvider provider) {
    try (Device device = provider.open(1)) {
      return told(device.info());
    }
  }

  /** What of a device decides bits. */
  static String told(DeviceInfo i) {
    return i.id() + " " + i.version() + " " + i.vectorBits() + " bit";
  }

  /** Another lesson from here on. */
  private void lesson(Lesson lesson) {
    taught = lesson;
    var line = new TreeMap<String, Object>(Map.of("event", "lesson", "step", at.step(), "sequence-length", lesson.sequenceLength(), "batch-tokens", lesson.batchTokens(), "weights", lesson.domainWeights()));
    slots.occupants().stream().filter(o -> o.slot().equals("curriculum"))
        .forEach(o -> line.putAll(Map.of("curriculum", o.use(), "bundle", o.bundle(), "version", o.version(), "sha256", o.sha256())));
    files.note(line);
  }

  private void event(String kind, Map<String, Object> more) {
    var line = new TreeMap<String, Object>(more);
    line.put("event", kind);
    line.put("step", at.step());
    files.event(line);
  }

  @Override
  public void close() {
    closer.close();
  }

  /** The run as it is now, to be brought back to it. */
  private RunHost.Kept keep() {
    Map<String, Snapshot> states = states();
    Counters then = at;
    long mark = files.metrics().mark();
    Engine there = engine;
    there.spare.keep(there.programs.update());
    return new RunHost.Kept() {
      @Override
      public void complete() {
        there.spare.copy();
      }

      @Override
      public void bringBack() {
        there.spare.bringBack();
        there.programs.clear();
        curriculum.restore(states.get("curriculum"));
        stream.restore(states.get("corpus"));
        there.recipe().trainee().objective().restore(states.get("objective"));
        files.metrics().dropAfter(mark);
        at = then;
      }
    };
  }

  /** What the run lends to whoever exchanges its occupants. */
  private final class Host implements RunHost {
    @Override
    public String name() {
      return order.folder().getFileName().toString();
    }

    @Override
    public Path folder() {
      return order.folder();
    }

    @Override
    public Config config() {
      return order.config();
    }

    @Override
    public String planned() {
      return order.planned();
    }

    @Override
    public Map<String, Occupant> resumed() {
      var out = new HashMap<String, Occupant>();
      if (files.found() != null) files.found().state().occupants().forEach(o -> out.put(o.slot(), o));
      return out;
    }

    @Override
    public List<Integer> resumedSwaps() {
      return files.found() == null ? List.of() : files.found().state().swaps();
    }

    @Override
    public Snapshot resumedConditions() {
      return files.found() == null ? null : files.found().state().slots().get("swaps");
    }

    @Override
    public List<Map<String, Object>> past() {
      return files.past();
    }

    @Override
    public void makeRoom() {
      engine.spare.makeRoom(engine.programs.update());
      states();
      files.metrics().mark();
    }

    @Override
    public Kept keep() {
      return TrainingRun.this.keep();
    }

    @Override
    public void journal(Map<String, Object> event) {
      files.event(event);
    }

    @Override
    public void said(String sentence) {
      listener.said(sentence);
    }
  }
}
