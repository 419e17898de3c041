package org.vulpes.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.Device;
import org.vulpes.model.Decoder;
import org.vulpes.model.TensorSource;
import org.vulpes.model.Weights;
import org.vulpes.slot.InvalidInput;

/**
 * Continues prompts, many at once, with a cache of keys and values. A prompt passes through the model once for all its samples; then every sequence
 * that goes on gives one token a step, in batches without gaps: who ends makes room for the next. Used by one thread at a time.
 */
public final class Generator implements AutoCloseable {
  /** Sequences that are written at once unless told otherwise: enough rows for matrix products to be as fast as they get. */
  public static final int SLOTS = 64;
  /** Tokens of prompts that pass through the model at once. */
  private static final int PROMPT_TOKENS = 4096;
  private static final int SHORTEST = 16;
  /** Rows for which step programs are made; a batch takes the next larger. */
  private static final int[] ROWS = {1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256};

  /** Told each new token as soon as it is drawn; what it throws ends the generation. */
  @FunctionalInterface
  public interface Listener {
    void token(int prompt, int sample, int token);
  }

  private final Decoder decoder;
  private final Device device;
  private final Map<String, Buffer> weights;
  private final Weights owned;
  private final int slots;
  private KeyValueCache cache;
  private Spent spent = Spent.NOTHING;

  private Generator(Decoder decoder, Device device, Map<String, Buffer> weights, Weights owned, int slots) {
    if (slots < 1 || slots > ROWS[ROWS.length - 1]) throw new InvalidInput("The number of sequences at once must be from 1 to " + ROWS[ROWS.length - 1] + ", but is " + slots + ".");
    this.decoder = decoder;
    this.device = device;
    this.weights = weights;
    this.owned = owned;
    this.slots = slots;
  }

  /** Puts weights on the device; they are freed when this is closed. @throws InvalidInput when they are not the decoder's */
  public static Generator open(Decoder decoder, Device device, TensorSource source) {
    Weights weights = Weights.allocate(decoder, device);
    try {
      weights.load(source);
      return new Generator(decoder, device, weights.buffers(), weights, SLOTS);
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /**
   * Reads weights that are on the device already, of a training run for instance, as they are at each call of {@link #generate}; they stay with their owner.
   *
   * @param weights by parameter name
   * @param slots sequences that are written at once
   */
  public static Generator over(Decoder decoder, Device device, Map<String, Buffer> weights, int slots) {
    return new Generator(decoder, device, weights, null, slots);
  }

  /** Where its time went so far. */
  public Spent spent() {
    return spent;
  }

  /** One greedy or sampled continuation of one prompt, without the prompt. */
  public int[] generate(int[] prompt, long seed, Sampling sampling, Ending ending) {
    return generate(List.of(new Prompt(prompt, 1, seed)), sampling, ending, (p, s, token) -> {}).getFirst().tokens();
  }

  /**
   * The continuations of every prompt, in the order of prompts and samples.
   *
   * @throws InvalidInput when a prompt is empty, holds an id outside the vocabulary, or prompt and continuation exceed what the model can take
   */
  public List<Continuation> generate(List<Prompt> prompts, Sampling sampling, Ending ending, Listener listener) {
    int longest = 0, total = 0;
    for (int i = 0; i < prompts.size(); i++) {
      check(prompts.size() == 1 ? "The prompt" : "Prompt " + (i + 1), prompts.get(i), ending);
      longest = Math.max(longest, prompts.get(i).tokens().length + ending.most());
      total += prompts.get(i).samples();
    }
    if (total == 0) return List.of();
    makeRoom(Math.min(total, slots), longest);
    return new Batch(prompts, sampling, ending, listener).run(total);
  }

  private void check(String name, Prompt prompt, Ending ending) {
    int[] tokens = prompt.tokens();
    if (tokens.length == 0) throw new InvalidInput(name + " has no tokens; give at least one character.");
    if (prompt.samples() < 0) throw new InvalidInput(name + " asks for " + prompt.samples() + " samples; ask for at least one.");
    for (int id : tokens) {
      if (id < 0 || id >= decoder.vocabulary()) {
        throw new InvalidInput(name + " holds token " + id + ", but the model's vocabulary is 0 to " + (decoder.vocabulary() - 1)
            + "; use the tokenizer that the model was trained with.");
      }
    }
    if ((long) tokens.length + ending.most() > decoder.longest()) {
      throw new InvalidInput(name + " of " + tokens.length + " tokens and " + ending.most() + " new ones exceed the model's " + decoder.longest()
          + " positions; shorten one of them.");
    }
  }

  /** A cache for so many sequences of this length; the one that is there if it is large enough. */
  private void makeRoom(int sequences, int length) {
    int rows = rows(sequences), capacity = bucket(length);
    if (cache != null && cache.slots() >= rows && cache.capacity() >= capacity) return;
    if (cache != null) {
      rows = Math.max(rows, cache.slots());
      capacity = Math.max(capacity, cache.capacity());
      cache.close();
    }
    cache = new KeyValueCache(decoder, device, weights, rows, capacity);
  }

  private static int rows(int sequences) {
    int at = Arrays.binarySearch(ROWS, sequences);
    return ROWS[at >= 0 ? at : -1 - at];
  }

  /** The least power of two that holds this many tokens, but no more than the model's positions. */
  private int bucket(int length) {
    int power = Integer.highestOneBit(Math.max(SHORTEST, length) * 2 - 1);
    return Math.min(power, decoder.longest());
  }

  @Override
  public void close() {
    if (cache != null) cache.close();
    cache = null;
    if (owned != null) owned.close();
  }

  /** One call of {@link #generate}. */
  private final class Batch {
    private final List<Prompt> prompts;
    private final Sampling sampling;
    private final Ending ending;
    private final Listener listener;
    private final Draw draw;
    private final List<Integer> free = new ArrayList<>();
    private final List<Sequence> going = new ArrayList<>();
    private final List<Continuation> done = new ArrayList<>();
    /** The next sequence to begin. */
    private int prompt;
    private int sample;

    Batch(List<Prompt> prompts, Sampling sampling, Ending ending, Listener listener) {
      this.prompts = prompts;
      this.sampling = sampling;
      this.ending = ending;
      this.listener = listener;
      draw = new Draw(sampling, decoder.vocabulary());
      for (int s = Math.min(cache.slots(), slots) - 1; s >= 0; s--) free.add(s);
    }

    List<Continuation> run(int total) {
      int quarter = Math.max(1, free.size() / 4);
      while (done.size() < total) {
        // Prompts in small numbers would cost more than the gaps that they fill.
        while (waiting() && (free.size() >= quarter || going.isEmpty())) begin();
        if (!going.isEmpty()) step();
      }
      done.sort((a, b) -> a.prompt() != b.prompt() ? Integer.compare(a.prompt(), b.prompt()) : Integer.compare(a.sample(), b.sample()));
      return done;
    }

    /** Skips prompts of which no sample is asked for. */
    private boolean waiting() {
      while (prompt < prompts.size() && sample >= prompts.get(prompt).samples()) {
        prompt++;
        sample = 0;
      }
      return prompt < prompts.size();
    }

    /** Passes as many prompts through the model as have room, and draws the first token of their samples. */
    private void begin() {
      var rows = new ArrayList<Prompt>();
      var born = new ArrayList<List<Sequence>>();
      int longest = 0;
      while (waiting() && !free.isEmpty()) {
        Prompt p = prompts.get(prompt);
        int time = bucket(Math.max(longest, p.tokens().length));
        if (!rows.isEmpty() && (long) rows(rows.size() + 1) * time > PROMPT_TOKENS) break;
        longest = Math.max(longest, p.tokens().length);
        var samples = new ArrayList<Sequence>();
        for (; sample < p.samples() && !free.isEmpty(); sample++) samples.add(new Sequence(prompt, sample, free.removeLast(), p, ending, seen(p)));
        rows.add(p);
        born.add(samples);
      }
      prefill(rows, born, bucket(longest));
    }

    private BitSet seen(Prompt p) {
      if (sampling.repetitionPenalty() == 1) return null;
      var ids = new BitSet(decoder.vocabulary());
      for (int id : p.tokens()) ids.set(id);
      return ids;
    }

    private void prefill(List<Prompt> of, List<List<Sequence>> born, int time) {
      int count = rows(of.size()), entry = 0;
      var ids = new int[count * time];
      var last = new int[count];
      var plan = new int[4 * cache.slots()];
      for (int r = 0; r < of.size(); r++) {
        int[] tokens = of.get(r).tokens();
        System.arraycopy(tokens, 0, ids, r * time, tokens.length);
        last[r] = r * time + tokens.length - 1;
        for (Sequence s : born.get(r)) entry = entry(plan, entry, r, s.slot, 0, tokens.length);
      }
      var logits = new float[count * decoder.vocabulary()];
      CachedProgram program = cache.prompts(count, time);
      long begun = System.nanoTime();
      program.runPrompts(ids, last, plan, logits);
      long read = System.nanoTime();
      int tokens = 0;
      for (int r = 0; r < of.size(); r++) {
        for (Sequence s : born.get(r)) next(s, logits, r);
        tokens += born.get(r).size();
      }
      spent = spent.prompts(read - begun, program.flops()).drawn(System.nanoTime() - read, tokens);
    }

    private static int entry(int[] plan, int entry, int row, int slot, int place, int count) {
      plan[4 * entry] = row;
      plan[4 * entry + 1] = slot;
      plan[4 * entry + 2] = place;
      plan[4 * entry + 3] = count;
      return entry + 1;
    }

    private void step() {
      var batch = List.copyOf(going);
      int count = rows(batch.size());
      var ids = new int[count];
      var places = new int[count];
      var plan = new int[4 * count];
      for (int r = 0; r < batch.size(); r++) {
        Sequence s = batch.get(r);
        ids[r] = s.last();
        places[r] = s.place();
        entry(plan, r, r, s.slot, places[r], 1);
      }
      var logits = new float[count * decoder.vocabulary()];
      CachedProgram program = cache.step(count);
      long begun = System.nanoTime();
      program.runStep(ids, places, plan, logits);
      long read = System.nanoTime();
      going.clear();
      for (int r = 0; r < batch.size(); r++) next(batch.get(r), logits, r);
      spent = spent.step(read - begun, program.flops()).drawn(System.nanoTime() - read, batch.size());
    }

    private void next(Sequence s, float[] logits, int row) {
      if (!s.ended()) listener.token(s.prompt, s.sample, s.draw(draw, logits, row * decoder.vocabulary()));
      if (s.ended()) {
        free.add(s.slot);
        done.add(s.continuation());
      } else {
        going.add(s);
      }
    }
  }
}
