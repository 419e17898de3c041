package org.vulpes.objective;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.corpus.Batch;
import org.vulpes.slot.InvalidInput;

/**
 * What one step trains on: rows of tokens, and whatever else the objective's graph reads. It is cut into micro-batches by sequences, so every sequence has an equal share of each input.
 *
 * @param inputs {@code int[]} or {@code float[]} by name, row-major with the sequences outermost; {@link #TOKENS}, {@link #TARGETS}, {@link #FIRST_VISIBLE} and {@link #WEIGHT} are always there.
 *     Whatever scales the loss does so such that the micro-batches' losses add up to the step's
 * @param tokens by which the run's budget shrinks
 * @param bytes UTF-8, of what is learned
 * @param flops spent on the batch before it is trained on: samples
 * @param statistics of the batch, for the metrics: the mean reward, the share of padding, …
 */
public record StepBatch(int sequences, int length, SortedMap<String, Object> inputs, long tokens, long bytes, double flops, SortedMap<String, Double> statistics) {
  public static final String TOKENS = "tokens";
  public static final String TARGETS = "targets";
  public static final String FIRST_VISIBLE = "first-visible";
  public static final String WEIGHT = "weight";

  public StepBatch {
    inputs = Collections.unmodifiableSortedMap(new TreeMap<>(inputs));
    statistics = Collections.unmodifiableSortedMap(new TreeMap<>(statistics));
    for (String name : new String[] {TOKENS, TARGETS, FIRST_VISIBLE, WEIGHT}) {
      if (!inputs.containsKey(name)) throw new IllegalArgumentException("A batch must have the input '" + name + "'.");
    }
    inputs.forEach((name, values) -> {
      int n = length(values);
      if (sequences < 1 || n % sequences != 0) throw new IllegalArgumentException("Input '" + name + "' has " + n + " values, which " + sequences + " sequences cannot share equally.");
    });
  }

  /** Text in which every target counts by its weight and all weights together 1. @throws InvalidInput when there is nothing to learn in it */
  public static StepBatch of(Batch text) {
    double sum = 0;
    for (float w : text.weight()) sum += w;
    if (sum == 0) throw new InvalidInput("A batch of " + text.sequences() + " x " + text.length() + " tokens has nothing to learn: no answer and no text; check what the corpus holds.");
    var weight = new float[text.weight().length];
    for (int i = 0; i < weight.length; i++) weight[i] = (float) (text.weight()[i] * (1 / sum));
    return of(text, weight);
  }

  /** The same text with these weights. */
  public static StepBatch of(Batch text, float[] weight) {
    return new StepBatch(text.sequences(), text.length(), new TreeMap<>(Map.of(TOKENS, text.tokens(), TARGETS, text.targets(), FIRST_VISIBLE, text.firstVisible(), WEIGHT, weight)),
        (long) text.sequences() * text.length(), text.bytes(), 0, new TreeMap<>());
  }

  /** With a further input. @param values int[] or float[] */
  public StepBatch with(String name, Object values) {
    var more = new TreeMap<>(inputs);
    more.put(name, values);
    return new StepBatch(sequences, length, more, tokens, bytes, flops, statistics);
  }

  public StepBatch withStatistics(Map<String, Double> further) {
    var more = new TreeMap<>(statistics);
    more.putAll(further);
    return new StepBatch(sequences, length, inputs, tokens, bytes, flops, more);
  }

  /** Having cost so many FLOPs before it is trained on. */
  public StepBatch after(double spent) {
    return new StepBatch(sequences, length, inputs, tokens, bytes, flops + spent, statistics);
  }

  public int[] ints(String name) {
    return (int[]) inputs.get(name);
  }

  public float[] floats(String name) {
    return (float[]) inputs.get(name);
  }

  /** Some of the sequences. */
  public StepBatch slice(int from, int count) {
    var some = new TreeMap<String, Object>();
    inputs.forEach((name, values) -> {
      int each = length(values) / sequences;
      some.put(name, values instanceof int[] i ? Arrays.copyOfRange(i, from * each, (from + count) * each) : Arrays.copyOfRange((float[]) values, from * each, (from + count) * each));
    });
    return new StepBatch(count, length, some, tokens * count / sequences, bytes * count / sequences, 0, new TreeMap<>());
  }

  /** Elements of an input. */
  public static int length(Object values) {
    return switch (values) {
      case int[] i -> i.length;
      case float[] f -> f.length;
      default -> throw new IllegalArgumentException("An input of a batch is int[] or float[], not " + values.getClass().getSimpleName() + ".");
    };
  }
}
