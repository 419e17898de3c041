package org.vulpes.generation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import org.vulpes.compute.Device;
import org.vulpes.model.Decoder;
import org.vulpes.model.TensorSource;
import org.vulpes.model.Weights;
import org.vulpes.slot.InvalidInput;

/**
 * Continues a row of tokens. The whole row is computed anew for every token, at lengths rounded up to powers of two, so that a text of n
 * tokens needs programs for about log2(n) shapes. Used by one thread at a time.
 */
public final class Generator implements AutoCloseable {
  private static final int SHORTEST = 16;

  private final Decoder decoder;
  private final Device device;
  private final Weights weights;
  private final boolean owned;
  private final Map<Integer, NextToken> byLength = new HashMap<>();

  private Generator(Decoder decoder, Device device, Weights weights, boolean owned) {
    this.decoder = decoder;
    this.device = device;
    this.weights = weights;
    this.owned = owned;
  }

  /** Puts weights on the device; they are freed when this is closed. @throws InvalidInput when they are not the decoder's */
  public static Generator open(Decoder decoder, Device device, TensorSource source) {
    Weights weights = Weights.allocate(decoder, device);
    try {
      weights.load(source);
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
    return new Generator(decoder, device, weights, true);
  }

  /** Reads weights that are on the device already, of a training run for instance, as they are at each call of {@link #generate}; they stay with their owner. */
  public static Generator over(Decoder decoder, Device device, Weights weights) {
    return new Generator(decoder, device, weights, false);
  }

  /**
   * The continuation, at most {@code maxNew} tokens, without the prompt; it ends with the end-of-text token when that was drawn.
   *
   * @param prompt at least one id; end-of-text starts a text from nothing
   * @param onToken told each new token as soon as it is drawn
   * @throws InvalidInput when the prompt is empty, holds an id outside the vocabulary, or prompt and continuation exceed what the model can take
   */
  public int[] generate(int[] prompt, int maxNew, Sampling sampling, IntConsumer onToken) {
    check(prompt, maxNew);
    int[] row = Arrays.copyOf(prompt, prompt.length + maxNew);
    var logits = new double[decoder.vocabulary()];
    int length = prompt.length;
    while (length < row.length) {
      byLength.computeIfAbsent(bucket(length), n -> new NextToken(decoder, device, weights, n)).logits(row, length, logits);
      int next = sampling.pick(logits, length - prompt.length);
      row[length++] = next;
      onToken.accept(next);
      if (next == sampling.endOfText()) break;
    }
    return Arrays.copyOfRange(row, prompt.length, length);
  }

  private void check(int[] prompt, int maxNew) {
    if (prompt.length == 0) throw new InvalidInput("The prompt has no tokens; give at least one character.");
    if (maxNew < 0) throw new InvalidInput("The number of new tokens must be 0 or more, but is " + maxNew + ".");
    for (int id : prompt) {
      if (id < 0 || id >= decoder.vocabulary()) {
        throw new InvalidInput("The prompt holds token " + id + ", but the model's vocabulary is 0 to " + (decoder.vocabulary() - 1)
            + "; use the tokenizer that the model was trained with.");
      }
    }
    if ((long) prompt.length + maxNew > decoder.longest()) {
      throw new InvalidInput("A prompt of " + prompt.length + " tokens and " + maxNew + " new ones exceed the model's " + decoder.longest()
          + " positions; shorten one of them.");
    }
  }

  /** The least power of two that holds this many tokens, but no more than the model's positions. */
  private int bucket(int length) {
    int power = Integer.highestOneBit(Math.max(SHORTEST, length) * 2 - 1);
    return Math.min(power, decoder.longest());
  }

  @Override
  public void close() {
    byLength.values().forEach(NextToken::close);
    byLength.clear();
    if (owned) weights.close();
  }
}
