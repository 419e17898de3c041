package org.vulpes.generation;

import org.vulpes.slot.InvalidInput;

/**
 * How the next token is drawn from logits. In this order, which is that of Hugging Face's transformers: repetition penalty (Keskar et al. 2019), temperature,
 * top-k, top-p (Holtzman et al. 2020), min-p (Nguyen et al. 2024).
 *
 * @param temperature divides the logits; 0: always the likeliest token
 * @param topK how many of the likeliest tokens may be drawn; 0: all
 * @param topP the likeliest tokens that together reach this probability may be drawn; 1: all
 * @param minP tokens may be drawn that have at least this share of the likeliest one's probability; 0: all
 * @param repetitionPenalty of tokens that stand in the prompt or were drawn: a positive logit is divided by it, a negative one multiplied; 1: none
 * @throws InvalidInput when a value is out of range
 */
public record Sampling(double temperature, int topK, double topP, double minP, double repetitionPenalty) {
  public Sampling {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new InvalidInput("The temperature must be 0 or more, but is " + temperature + ".");
    }
    if (topK < 0) throw new InvalidInput("top-k must be 0 (all tokens) or more, but is " + topK + ".");
    if (!(topP > 0 && topP <= 1)) throw new InvalidInput("top-p must be above 0 and at most 1, but is " + topP + ".");
    if (!(minP >= 0 && minP <= 1)) throw new InvalidInput("min-p must be from 0 to 1, but is " + minP + ".");
    if (!(repetitionPenalty > 0 && repetitionPenalty < Double.POSITIVE_INFINITY)) {
      throw new InvalidInput("The repetition penalty must be above 0, but is " + repetitionPenalty + ".");
    }
  }

  /** The likeliest token every time; the lowest id where two are equally likely. */
  public static Sampling greedy() {
    return new Sampling(0, 0, 1, 0, 1);
  }

  /** From the model's own distribution at this temperature. */
  public static Sampling temperature(double temperature) {
    return new Sampling(temperature, 0, 1, 0, 1);
  }

  public static Sampling of(double temperature, int topK, double topP) {
    return new Sampling(temperature, topK, topP, 0, 1);
  }

  /** True when every token may be drawn with the probability that the temperature gives it. */
  boolean unfiltered() {
    return topK == 0 && topP == 1 && minP == 0;
  }
}
