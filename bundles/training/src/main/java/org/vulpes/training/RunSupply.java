package org.vulpes.training;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.vulpes.compute.Device;
import org.vulpes.corpus.TrainingStream;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.generation.Generator;
import org.vulpes.generation.Spent;
import org.vulpes.objective.Forward;
import org.vulpes.objective.StepBatch;
import org.vulpes.objective.Supply;
import org.vulpes.tokenizer.Tokenizer;

/** What a run lends to its objective. Generators and forward programs are made when first asked for, over the run's own weights. */
final class RunSupply implements Supply, AutoCloseable {
  private final long seed;
  private final Tokenizer tokenizer;
  private final Map<String, Tokenizer> tokenizers;
  private final TrainingStream stream;
  private final Device device;
  private final ModelWeights weights;
  private final IntUnaryOperator microBatch;
  private final Consumer<String> said;
  private final Map<String, Generator> generators = new HashMap<>();
  private ForwardPrograms forward;
  private Progress progress;
  private Lesson lesson;
  private final Map<String, Spent> told = new HashMap<>();
  private StepParts parts = new StepParts();

  /**
   * @param tokenizers of frozen models, by role
   * @param microBatch sequences of a length that pass through the models at once
   * @param said told what people should know
   */
  RunSupply(long seed, Tokenizer tokenizer, Map<String, Tokenizer> tokenizers, TrainingStream stream, Device device, ModelWeights weights, IntUnaryOperator microBatch, Consumer<String> said) {
    this.seed = seed;
    this.tokenizer = tokenizer;
    this.tokenizers = tokenizers;
    this.stream = stream;
    this.device = device;
    this.weights = weights;
    this.microBatch = microBatch;
    this.said = said;
  }

  RunSupply at(Progress now, Lesson next) {
    progress = now;
    lesson = next;
    return this;
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public Progress progress() {
    return progress;
  }

  @Override
  public Lesson lesson() {
    return lesson;
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public Tokenizer tokenizer(String role) {
    return tokenizers.getOrDefault(role, tokenizer);
  }

  @Override
  public TrainingStream stream() {
    return stream;
  }

  @Override
  public Generator generator() {
    return generators.computeIfAbsent("", r -> Generator.over(weights.trainee().policy(), device, weights.policy().buffers(), Generator.SLOTS));
  }

  @Override
  public Generator generator(String role) {
    return generators.computeIfAbsent(role, r -> Generator.over(weights.trainee().models().role(r).as(""), device, weights.frozen().get(r).buffers(), Generator.SLOTS));
  }

  @Override
  public Map<String, float[]> forward(Forward what, StepBatch rows) {
    long begun = System.nanoTime();
    var out = programs().run(what, rows, microBatch.applyAsInt(rows.length()));
    parts.add(what.name(), System.nanoTime() - begun, flops(what, rows));
    return out;
  }

  @Override
  public double flops(Forward what, StepBatch rows) {
    return programs().flops(what, rows, microBatch.applyAsInt(rows.length()));
  }

  @Override
  public void spent(String part, long nanos) {
    parts.add(part, nanos, 0);
  }

  @Override
  public void said(String sentence) {
    said.accept(sentence);
  }

  /** What was spent since this was asked last: by generators, by the objective itself, by forward passes. */
  StepParts take() {
    var out = new StepParts();
    generators.forEach((role, g) -> {
      String whose = role.isEmpty() ? "" : role + "'s ";
      Spent before = told.getOrDefault(role, Spent.NOTHING), s = g.spent();
      out.add(whose + "prompts", s.promptNanos() - before.promptNanos(), s.promptFlops() - before.promptFlops());
      out.add(whose + "new tokens", s.stepNanos() - before.stepNanos(), s.stepFlops() - before.stepFlops());
      out.add(whose + "drawing", s.drawNanos() - before.drawNanos(), 0);
      told.put(role, s);
    });
    out.addAll(parts);
    parts = new StepParts();
    return out;
  }

  private ForwardPrograms programs() {
    if (forward == null) forward = new ForwardPrograms(device, weights.trainee().models(), weights.buffers());
    return forward;
  }

  @Override
  public void close() {
    generators.values().forEach(Generator::close);
    if (forward != null) forward.close();
  }
}
