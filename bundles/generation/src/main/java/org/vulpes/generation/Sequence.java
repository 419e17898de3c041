package org.vulpes.generation;

import java.util.Arrays;
import java.util.BitSet;
import org.vulpes.slot.Random64;

/** A continuation that is being written. */
final class Sequence {
  final int prompt;
  final int sample;
  final int slot;
  private final Random64 random;
  private final BitSet seen;
  private final StopWatch watch;
  private final Ending ending;
  private final int promptLength;
  private int[] tokens = new int[16];
  private float[] logProbabilities = new float[16];
  private int count;
  private Continuation.End end;

  Sequence(int index, int sample, int slot, Prompt of, Ending ending, BitSet seen) {
    this.prompt = index;
    this.sample = sample;
    this.slot = slot;
    this.ending = ending;
    this.seen = seen;
    random = Random64.of(of.seed(), "sampling", Integer.toString(sample));
    watch = new StopWatch(ending);
    promptLength = of.tokens().length;
    if (ending.most() == 0) end = Continuation.End.LENGTH;
  }

  /** Draws the next token from its row of logits. @return it */
  int draw(Draw draw, float[] logits, int from) {
    int id = draw.next(logits, from, seen, random.uniform(count));
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
      logProbabilities = Arrays.copyOf(logProbabilities, 2 * count);
    }
    tokens[count] = id;
    logProbabilities[count++] = (float) draw.logProbability();
    if (seen != null) seen.set(id);
    if (id == ending.endOfText()) {
      end = Continuation.End.END_OF_TEXT;
    } else {
      if (!ending.stopTexts().isEmpty()) watch.add(ending.tokenizer().bytes(id));
      end = watch.stopped() ? Continuation.End.STOP_TEXT : count == ending.most() ? Continuation.End.LENGTH : null;
    }
    return id;
  }

  boolean ended() {
    return end != null;
  }

  /** Where its last token stands. */
  int place() {
    return promptLength + count - 1;
  }

  int last() {
    return tokens[count - 1];
  }

  Continuation continuation() {
    return new Continuation(prompt, sample, Arrays.copyOf(tokens, count), Arrays.copyOf(logProbabilities, count), end);
  }
}
