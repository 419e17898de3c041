package org.vulpes.training;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.vulpes.compute.DeviceLost;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.KernelFamily;
import org.vulpes.corpus.Validation;
import org.vulpes.evaluation.BitsPerByte;
import org.vulpes.evaluation.Score;
import org.vulpes.evaluation.Subject;
import org.vulpes.model.Decoder;
import org.vulpes.optimizer.Optimizer;
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
  public static final List<String> SWAPPABLE = Stream.of(List.of("curriculum", "mixture", "schedule", "objective", "optimizer", "device", "tokenizer"), KernelFamily.ALL.stream().map(KERNELS).toList(),
      BrickSlot.KINDS)
      .flatMap(List::stream).toList();

  private final RunOrder order;
  private final RunSettings settings;
  private final RunListener listener;
  private final String configHash;
  private final RunFiles files;
  private final RunEvaluations evaluations;
  private final RunPosition position;
  private final Teaching teaching;
  private final RunReward reward;
  private final RunSlots slots;
  private final RunMemory memory;
  private final TrainingStep step;
  private final Closer closer;
  private Engine engine;
  private boolean checkpointDue;
  /** By the run's evaluations, when bits per byte were measured last; null before. */
  private SortedMap<String, SortedMap<String, Score>> measured;

  /**
   * Opens a run, or resumes the one in the folder from its newest checkpoint.
   *
   * @throws InvalidInput when the configuration does not fit together, or the folder holds another run or a damaged checkpoint
   */
  public static TrainingRun open(RunOrder order, Texts texts, Catalogue catalogue, Swaps swaps, RunListener listener) {
    return new TrainingRun(order, texts, catalogue, swaps, listener);
  }

  private TrainingRun(RunOrder order, Texts texts, Catalogue catalogue, Swaps swaps, RunListener listener) {
    this.order = order;
    this.listener = listener;
    settings = RunSettings.of(order.config());
    configHash = order.hash(Initial.identity(order.config(), catalogue));
    position = new RunPosition(settings.tokens());
    var opened = new Closer();
    try {
      files = opened.add(new RunFiles(order.folder(), settings.keepCheckpoints(), configHash));
      slots = opened.add(swaps.open(new Host()));
      reward = new RunReward(slots);
      slots.hold("corpus");
      slots.stays("corpus", "its texts are cut into training and validation, and tokenized, before a run begins; `mixture` changes what is drawn from them");
      slots.hold("tokenizer");
      // The checkpoint may have been left with another one than that with which the run began.
      boolean exchanged = slots.occupants().stream().anyMatch(o -> o.slot().equals("tokenizer") && o.since() > 0);
      Text text = Text.of(exchanged ? texts.of(slots.config(), slots.plugins()) : order.store(), order.seed());
      teaching = new Teaching(order, settings, text, slots, () -> engine, position::progress);
      slots.hold("objective");
      Optimizer optimizer = slots.fill("optimizer");
      DeviceProvider provider = slots.fill("device");
      var kernels = new TreeMap<String, KernelFamily>();
      for (String family : KernelFamily.ALL) kernels.put(family, slots.fill(KERNELS.apply(family)));
      BrickSlot.KINDS.forEach(slots::hold);
      DeviceSlot.usable(provider, slots.config().getString("device.use"));
      teaching.check();
      Tokenizer tokenizer = text.store().tokenizer();
      Trainee trainee = Trainee.of(slots.config(), slots.plugins(), tokenizer.vocabularySize()).check(tokenizer);
      trainee.check(teaching.material(trainee.policy().longest()));
      engine = new Engine(provider, settings.threads(), files.tuned(RunMemory.told(provider)), new Recipe(trainee, kernels), optimizer, settings.clip(), measuring(text), supplying(text));
      // The one that is there at the end.
      opened.add(() -> engine.close());
      evaluations = RunEvaluations.of(order.config(), catalogue, order.folder());
      memory = new RunMemory(order, files, configHash, () -> engine, teaching, position, slots);
      step = new TrainingStep(() -> engine, teaching, position, files, slots);
      offer(texts);
      evaluations.show(slots, catalogue);
      Initial.fill(order.config(), catalogue, engine.weights(), order.seed(), files.found() != null);
      String other = files.found() == null ? "" : memory.restore();
      if (!other.isEmpty()) listener.said(other);
      String gap = files.open(order, tokenizer);
      if (!gap.isEmpty()) listener.said(gap);
      files.event(files.found() == null ? "start" : "resume", step(), Map.of("config", configHash, "seed", order.seed(), "device", RunMemory.told(engine.device.info()), "corpus", text.store().identity(), "threads", engine.device.info().threads(),
          "bundles", Circumstances.told(Circumstances.bundles(order.config(), catalogue))));
      if (files.found() != null) listener.said("resumed from step " + step());
      slots.begin(position());
    } catch (Throwable e) {
      opened.close();
      throw e;
    }
    closer = opened;
    // People's swaps end before the files that tell of them.
    closer.add(slots);
  }

  private Engine.Measuring measuring(Text text) {
    return (device, model, parameters) -> new BitsPerByte(device, model, parameters, new Validation(text.store()), text.store().domains(), settings.evaluationLength(), settings.metricWeights());
  }

  private Engine.Supplying supplying(Text text) {
    return (device, weights) -> new RunSupply(order.seed(), text.store().tokenizer(), weights.trainee().tokenizers(), text.stream(), device, weights, teaching::microBatch, listener::said);
  }

  private void offer(Texts texts) {
    Supplier<Engine> now = () -> engine;
    Supplier<List<MicroBatches.Shape>> shapes = teaching::shapes;
    teaching.offer(slots);
    Supplier<Tokenizer> tokenizer = () -> teaching.text().store().tokenizer();
    slots.offer(new ObjectiveSlot(teaching::material, tokenizer, reward, now, shapes));
    slots.offer(new OptimizerSlot(now));
    slots.offer(new DeviceSlot(now, e -> engine = e, shapes));
    slots.offer(new TokenizerSlot(texts, slots.plugins(), slots::config, teaching, (recipe, text, ready) -> engine.of(recipe, ready, measuring(text), supplying(text)), now, e -> engine = e, order.seed(),
        settings.evaluationBytes()));
    for (String family : KernelFamily.ALL) slots.offer(new KernelsSlot(family, now, shapes));
    var theatre = new BrickSlot.Theatre(slots::config, tokenizer, e -> engine = e, order.seed(), settings.evaluationBytes());
    for (String kind : BrickSlot.KINDS) slots.offer(new BrickSlot(kind, slots.plugins(), now, shapes, theatre));
    slots.stays("evaluation", "bits-per-byte", "what is compared has to be measured in one way from beginning to end");
    slots.stays("sampler", "of the objective", "whether and how the model writes in training is an option of the objective; exchange that");
    reward.begin(engine.recipe().trainee().objective());
  }

  /** Optimizer steps done. On the training thread. */
  public long step() {
    return position.at().step();
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
   * @throws DeviceLost what was saved is whole, and the run goes on from there when it is opened again
   */
  public Outcome train(BooleanSupplier stop) {
    return train(stop, at -> false);
  }

  /** The same, up to the first step before which {@code pause} says so: a checkpoint is left there, and the run goes on when it is asked to train again. */
  Outcome train(BooleanSupplier stop, Predicate<Position> pause) {
    try {
      return steps(stop, pause);
    } catch (DeviceLost e) {
      slots.lost("the device was lost");
      throw e;
    }
  }

  private Outcome steps(BooleanSupplier stop, Predicate<Position> pause) {
    long began = System.nanoTime();
    double before = position.seconds();
    Runnable clock = () -> position.took(before + (System.nanoTime() - began) * 1e-9);
    if (files.found() == null && measured == null) {
      // What the model is worth before it learns anything here: where curves begin, and a fault of an evaluation shows now rather than after hours.
      measured = evaluations.measure(subject(), step());
      if (!measured.isEmpty()) files.metrics().write(Map.of("step", step(), "tokens", position.at().tokens(), "evaluations", RunEvaluations.means(measured)));
    }
    while (!position.spent()) {
      boolean stopped = stop.getAsBoolean();
      if (stopped || pause.test(position())) {
        slots.endProbation(position());
        checkpoint();
        return stopped ? end(Outcome.Status.STOPPED, "Stopped at step " + step() + "; the same command goes on from there.", null) : outcome(Outcome.Status.PAUSED, "", null);
      }
      String mark = slots.between(position());
      if (!mark.isEmpty()) listener.swapped(step(), mark);
      long stepBegan = System.nanoTime();
      String trouble = step.attempt(mark);
      clock.run();
      if (trouble != null) {
        if (!slots.failed(trouble)) return end(Outcome.Status.DIVERGED, trouble, null);
        listener.swapped(step(), "");
        continue;
      }
      Counters at = position.at();
      listener.step(at.step(), at.tokens(), settings.tokens(), at.loss());
      slots.stepped(position(), System.nanoTime() - stepBegan);
      if (position.passed(settings.evaluations())) evaluate(clock);
      boolean last = position.spent();
      if (last) slots.endProbation(position());
      checkpointDue |= last || at.step() % settings.checkpointEvery() == 0;
      // A step that may yet be void is not to be resumed from.
      if (checkpointDue && !slots.onProbation()) checkpoint();
    }
    var result = position.at().measured();
    if (result != null) return end(Outcome.Status.FINISHED, "", result);
    // A run that was killed between its last checkpoint and its end measures again.
    measured = evaluations.measure(subject(), step());
    return end(Outcome.Status.FINISHED, "", engine.metric().measure());
  }

  private void evaluate(Runnable clock) {
    var result = position.spent() ? engine.metric().measure() : engine.metric().measure(settings.evaluationBytes());
    Counters at = position.at().measured(result);
    position.set(at);
    clock.run();
    var line = new TreeMap<String, Object>(Map.of("step", at.step(), "tokens", at.tokens(), "flops", at.flops(), "seconds", position.seconds(), "bits-per-byte", result.mean(), "domains",
        result.byDomain(), "validation-bytes", result.bytes()));
    measured = evaluations.measure(subject(), at.step());
    if (!measured.isEmpty()) line.put("evaluations", RunEvaluations.means(measured));
    files.metrics().write(line);
    files.event("evaluation", at.step(), Map.of("bits-per-byte", result.mean(), "domains", result.byDomain()));
    listener.evaluated(at.step(), result);
  }

  private void checkpoint() {
    checkpointDue = false;
    memory.checkpoint();
  }

  private Subject subject() {
    Decoder policy = model();
    return new Subject(engine.device, policy, engine.weights().policy().buffers(), teaching.text().store().tokenizer(), Math.min(policy.longest(), settings.evaluationLength()), true);
  }

  /** Between two steps, on the training thread. */
  Position position() {
    return position.position();
  }

  private Outcome outcome(Outcome.Status status, String reason, BitsPerByte.Result result) {
    Counters at = position.at();
    return new Outcome(status, reason, at.step(), at.tokens(), at.bytes(), result == null ? Double.NaN : result.mean(),
        result == null ? new TreeMap<>() : result.byDomain(), result == null ? Double.NaN : result.standardError(), position.seconds(), at.flops(), engine.device.peakBytes(),
        teaching.stream().epochs(), result == null ? new TreeMap<>() : RunEvaluations.flat(measured));
  }

  private Outcome end(Outcome.Status status, String reason, BitsPerByte.Result result) {
    var outcome = outcome(status, reason, result);
    var more = new TreeMap<String, Object>(Map.of("status", status.name().toLowerCase(Locale.ROOT), "tokens", outcome.tokens()));
    if (!reason.isEmpty()) more.put("reason", reason);
    if (result != null) more.put("bits-per-byte", result.mean());
    if (step.steps() > 0) {
      more.put("seconds-by-part", step.parts().seconds());
      if (Boolean.getBoolean("vulpes.profile")) listener.said(step.parts().table(step.steps()));
    }
    files.event("end", outcome.step(), more);
    files.metrics().force();
    return outcome;
  }

  @Override
  public void close() {
    closer.close();
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
      memory.makeRoom();
    }

    @Override
    public Kept keep() {
      return memory.keep();
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
