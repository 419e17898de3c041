package org.vulpes.training;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.corpus.Batch;
import org.vulpes.corpus.TokenStore;
import org.vulpes.corpus.TrainingStream;
import org.vulpes.corpus.Validation;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.evaluation.BitsPerByte;
import org.vulpes.model.Decoder;
import org.vulpes.model.Weights;
import org.vulpes.objective.Objective;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.optimizer.Schedule;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Snapshot;

/**
 * Trains one trial. A step: curriculum → lesson → corpus packs a batch → objective's program adds gradients, micro-batch by micro-batch → clip and
 * update → journal. The same configuration, seed, corpus and device give the same bits, however often the run is killed and resumed.
 */
public final class TrainingRun implements AutoCloseable {
  /** Keys that change how a run is carried out, not what comes out of it. */
  private static final String[] INCIDENTAL = {"study", "storage", "training.threads", "training.checkpoint-every", "training.keep-checkpoints", "training.seed"};

  private final RunSettings settings;
  private final Path folder;
  private final RunListener listener;
  private final String configHash;
  private final Device device;
  private final Decoder model;
  private final Weights weights;
  private final StepPrograms programs;
  private final BitsPerByte metric;
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final Curriculum curriculum;
  private final TrainingStream stream;
  private final Objective objective;
  private final Checkpoints checkpoints;
  private final RunJournal journal;
  private final RunJournal metrics;

  private long step;
  private long tokens;
  private long bytes;
  private double loss = Double.NaN;
  private double seconds;
  private double flops;

  /**
   * Opens a run, or resumes the one in {@code folder} from its newest checkpoint.
   *
   * @param config whole and resolved
   * @param store the corpus; its tokenizer decides the model's vocabulary
   * @param folder of the run; made when missing
   * @throws InvalidInput when the configuration does not fit together, or the folder holds another run or a damaged checkpoint
   */
  public static TrainingRun open(Config config, long seed, TokenStore store, Catalogue catalogue, Path folder, RunListener listener) {
    return new TrainingRun(config, seed, store, catalogue, folder, listener);
  }

  private TrainingRun(Config config, long seed, TokenStore store, Catalogue catalogue, Path folder, RunListener listener) {
    this.folder = folder;
    this.listener = listener;
    settings = RunSettings.of(config);
    configHash = hash(config, seed, store);
    model = Decoder.of(config, catalogue, store.tokenizer().vocabularySize());
    optimizer = catalogue.create(config, "optimizer");
    schedule = catalogue.create(config, "schedule");
    curriculum = catalogue.create(config, "curriculum");
    objective = catalogue.create(config, "objective");
    stream = new TrainingStream(store, seed);
    for (var planned : curriculum.plan(settings.tokens())) stream.check(planned.lesson().domainWeights());
    checkpoints = new Checkpoints(folder.resolve("checkpoints"), settings.keepCheckpoints());
    var found = checkpoints.newest();
    if (found != null && !found.state().configHash().equals(configHash)) {
      throw new InvalidInput(folder + " holds a run of another configuration, seed or corpus; give this one another name, or delete that folder.");
    }
    DeviceProvider provider = catalogue.create(config, "device");
    provider.refusal().ifPresent(why -> {
      throw new InvalidInput("device = " + config.getString("device.use") + " cannot be used here: " + why);
    });
    var opened = new Closer();
    try {
      device = opened.add(provider.open(settings.threads()));
      weights = opened.add(Weights.allocate(model, device));
      programs = opened.add(new StepPrograms(device, model, weights.buffers(), objective, optimizer, settings.clip()));
      metric = opened.add(new BitsPerByte(device, model, weights.buffers(), new Validation(store), store.domains(), settings.evaluationLength(),
          settings.metricWeights()));
      if (found == null) {
        weights.initialise(seed);
        Durable.write(folder.resolve("config.conf"), config.withoutPath("study").root().render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false)));
        store.tokenizer().save(folder.resolve("tokenizer.json"));
      } else {
        restore(found);
      }
      journal = opened.add(RunJournal.open(folder.resolve("journal.jsonl"), Long.MAX_VALUE));
      metrics = opened.add(RunJournal.open(folder.resolve("metrics.jsonl"), step));
    } catch (Throwable e) {
      opened.close();
      throw e;
    }
    closer = opened;
    event(found == null ? "start" : "resume", Map.of("config", configHash, "seed", seed, "device", device(), "corpus", store.identity(), "threads", device.info().threads()));
    if (found != null) listener.said("resumed from step " + step);
  }

  private final Closer closer;

  /** Closes what it was given, last first. */
  private static final class Closer implements AutoCloseable {
    private final java.util.ArrayDeque<AutoCloseable> open = new java.util.ArrayDeque<>();

    <T extends AutoCloseable> T add(T resource) {
      open.push(resource);
      return resource;
    }

    @Override
    public void close() {
      RuntimeException first = null;
      while (!open.isEmpty()) {
        try {
          open.pop().close();
        } catch (Exception e) {
          if (first == null) first = e instanceof RuntimeException r ? r : new IllegalStateException(e);
        }
      }
      if (first != null) throw first;
    }
  }

  public Decoder model() {
    return model;
  }

  /**
   * Trains until the budget is spent, the loss is no longer finite, or {@code stop} says so (asked between two steps; a checkpoint is left).
   */
  public Outcome train(BooleanSupplier stop) {
    long began = System.nanoTime();
    double before = seconds;
    BitsPerByte.Result last = null;
    while (tokens < settings.tokens()) {
      if (stop.getAsBoolean()) {
        checkpoint();
        return end(Outcome.Status.STOPPED, "Stopped at step " + step + "; the same command goes on from there.", null);
      }
      String trouble = step();
      seconds = before + (System.nanoTime() - began) * 1e-9;
      if (trouble != null) return end(Outcome.Status.DIVERGED, trouble, null);
      if (evaluationDue()) {
        last = metric.measure();
        seconds = before + (System.nanoTime() - began) * 1e-9;
        metrics.write(new TreeMap<>(Map.of("step", step, "tokens", tokens, "flops", flops, "seconds", seconds, "bits-per-byte", last.mean(), "domains", last.byDomain())));
        listener.evaluated(step, last);
      }
      if (step % settings.checkpointEvery() == 0 || tokens >= settings.tokens()) checkpoint();
    }
    return end(Outcome.Status.FINISHED, "", last != null ? last : metric.measure());
  }

  private long tokensBefore;

  private boolean evaluationDue() {
    int n = settings.evaluations();
    double total = settings.tokens();
    return tokens >= settings.tokens() || Math.floor(tokens / total * n) > Math.floor(tokensBefore / total * n);
  }

  /** @return what is wrong, or null */
  private String step() {
    double share = new Progress(step, tokens, settings.tokens(), loss).share();
    Lesson lesson = curriculum.next(new Progress(step, tokens, settings.tokens(), loss));
    Batch batch = stream.next(lesson.sequences(), lesson.sequenceLength(), lesson.domainWeights());
    double weight = 0;
    for (float w : batch.weight()) weight += w;
    int micro = Math.max(1, settings.microBatchTokens() / batch.length());
    double sum = 0;
    for (int from = 0; from < batch.sequences(); from += micro) {
      int count = Math.min(micro, batch.sequences() - from);
      sum += programs.accumulate(batch, from, count, 1 / weight);
      flops += programs.flops(count, batch.length());
    }
    if (!Double.isFinite(sum)) {
      return "The loss at step " + (step + 1) + " is " + sum + ": the run diverged. A lower learning rate, a longer warm-up or training.clip = 1.0 usually cures it.";
    }
    double rate = optimizer.learningRate() * schedule.factor(share);
    double norm = programs.apply(step + 1, rate);
    if (!Double.isFinite(norm)) {
      return "The gradient at step " + (step + 1) + " is not finite: the run diverged. A lower learning rate, a longer warm-up or training.clip = 1.0 usually cures it.";
    }
    step++;
    tokensBefore = tokens;
    tokens += (long) batch.sequences() * batch.length();
    bytes += batch.bytes();
    loss = sum;
    metrics.write(new TreeMap<>(Map.of("step", step, "tokens", tokens, "loss", loss, "learning-rate", rate, "gradient-norm", norm, "sequence-length",
        batch.length(), "batch-tokens", lesson.batchTokens())));
    listener.step(step, tokens, settings.tokens(), loss);
    return null;
  }

  private Outcome end(Outcome.Status status, String reason, BitsPerByte.Result result) {
    var outcome = new Outcome(status, reason, step, tokens, bytes, result == null ? Double.NaN : result.mean(),
        result == null ? new TreeMap<>() : result.byDomain(), seconds, flops, stream.epochs());
    var more = new TreeMap<String, Object>(Map.of("status", status.name().toLowerCase(java.util.Locale.ROOT), "tokens", tokens));
    if (!reason.isEmpty()) more.put("reason", reason);
    if (result != null) more.put("bits-per-byte", result.mean());
    event("end", more);
    metrics.force();
    return outcome;
  }

  private void checkpoint() {
    metrics.force();
    var slots = new TreeMap<String, Snapshot>(Map.of("curriculum", curriculum.save(), "corpus", stream.save(), "objective", objective.save()));
    checkpoints.write(new RunState(step, tokens, bytes, loss, seconds, flops, configHash, device(), slots), weights, programs.moments());
    event("checkpoint", Map.of());
  }

  private void restore(Checkpoints.Found found) {
    RunState s = found.state();
    if (!s.device().equals(device())) {
      listener.said("The checkpoint was made on '" + s.device() + "', this is '" + device() + "': the run goes on, but not with the same bits.");
    }
    found.load(weights, programs.moments());
    curriculum.restore(slot(s, "curriculum"));
    stream.restore(slot(s, "corpus"));
    objective.restore(slot(s, "objective"));
    step = s.step();
    tokens = s.tokens();
    tokensBefore = tokens;
    bytes = s.bytes();
    loss = s.loss();
    seconds = s.seconds();
    flops = s.flops();
  }

  private Snapshot slot(RunState s, String name) {
    Snapshot snapshot = s.slots().get(name);
    if (snapshot == null) throw new InvalidInput("The checkpoint of step " + s.step() + " in " + folder + " has no state for slot '" + name + "'; it is damaged.");
    return snapshot;
  }

  private String device() {
    var i = device.info();
    return i.id() + " " + i.version() + " " + i.vectorBits() + " bit";
  }

  private void event(String kind, Map<String, Object> more) {
    var line = new TreeMap<String, Object>(more);
    line.put("event", kind);
    line.put("step", step);
    line.put("time", java.time.Instant.now().toString());
    journal.write(line);
    journal.force();
  }

  /** What decides the result: configuration without the incidental, seed, corpus and tokenizer. */
  private static String hash(Config config, long seed, TokenStore store) {
    Config c = config;
    for (String path : INCIDENTAL) c = c.withoutPath(path);
    String text = c.root().render(ConfigRenderOptions.concise()) + "\nseed " + seed + "\ncorpus " + store.identity();
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  @Override
  public void close() {
    closer.close();
  }
}
