package org.vulpes.training;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.vulpes.compute.Device;
import org.vulpes.corpus.TrainingStream;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.generation.Generator;
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
  private final Map<String, Generator> generators = new HashMap<>();
  private ForwardPrograms forward;
  private Progress progress;
  private Lesson lesson;

  /**
   * @param tokenizers of frozen models, by role
   * @param microBatch sequences of a length that pass through the models at once
   */
  RunSupply(long seed, Tokenizer tokenizer, Map<String, Tokenizer> tokenizers, TrainingStream stream, Device device, ModelWeights weights, IntUnaryOperator microBatch) {
    this.seed = seed;
    this.tokenizer = tokenizer;
    this.tokenizers = tokenizers;
    this.stream = stream;
    this.device = device;
    this.weights = weights;
    this.microBatch = microBatch;
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
    return programs().run(what, rows, microBatch.applyAsInt(rows.length()));
  }

  @Override
  public double flops(Forward what, StepBatch rows) {
    return programs().flops(what, rows, microBatch.applyAsInt(rows.length()));
  }

  private ForwardPrograms programs() {
    if (forward == null) forward = new ForwardPrograms(device, weights.trainee(), weights.buffers());
    return forward;
  }

  @Override
  public void close() {
    generators.values().forEach(Generator::close);
    if (forward != null) forward.close();
  }
}
