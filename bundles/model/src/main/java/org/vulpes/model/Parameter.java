package org.vulpes.model;

import org.vulpes.graph.Shape;
import org.vulpes.slot.Random64;

/**
 * A tensor of weights.
 *
 * @param part what it belongs to, for counts: {@code embedding}, {@code head}, {@code attention}, {@code feedforward}, {@code norm}
 * @param decay whether weight decay applies: matrices yes; norms, biases and embeddings as their bricks say
 * @param frozen keeps the values it was loaded with: the base model below LoRA's adapters
 */
public record Parameter(String name, String part, Shape shape, Initial initial, boolean decay, boolean frozen) {
  public Parameter(String name, String part, Shape shape, Initial initial, boolean decay) {
    this(name, part, shape, initial, decay, false);
  }

  /** How a parameter starts. */
  public sealed interface Initial {
    /** Normal with mean 0. */
    record Normal(double standardDeviation) implements Initial {}

    record Constant(double value) implements Initial {}
  }

  /**
   * Initial value of element {@code index} for a run's seed: a function of seed, name and index alone, so that parameters of the same name and
   * shape start equal in every arm of a study.
   */
  public float initialValue(Random64 random, long index) {
    return switch (initial) {
      case Initial.Normal n -> (float) (n.standardDeviation() * random.normal(index));
      case Initial.Constant c -> (float) c.value();
    };
  }

  /** The generator of this parameter's initial values. */
  public Random64 random(long seed) {
    return Random64.of(seed, "initial", name);
  }
}
