package org.vulpes.reward.problems;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Problems;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Random64;

/**
 * Problems made from random numbers. Whether one is held out follows from its prompt alone, so the two halves have no prompt in common, whatever the seeds.
 */
abstract class Generated implements Problems {
  /** Tries for each problem before the options are said to give too few. */
  private static final int TRIES = 10_000;

  private final long seed;
  private final int size;
  private final double share;
  private List<Problem> heldOut;

  Generated(Options options) {
    seed = options.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE);
    size = options.integer("held-out", 1, 1_000_000);
    share = options.number("held-out-share", 1e-6, 0.9);
  }

  abstract Problem make(Dice dice);

  private boolean isHeldOut(Problem p) {
    return Random64.of(0, "held-out", p.prompt()).uniform(0) < share;
  }

  @Override
  public final Problem training(long index) {
    for (int t = 0; t < TRIES; t++) {
      Problem p = make(new Dice(Random64.of(seed, "training", Long.toString(index), Integer.toString(t))));
      if (!isHeldOut(p)) return p;
    }
    throw new InvalidInput(getClass().getSimpleName() + ": all problems of these options are held out; make them harder, or held-out-share smaller.");
  }

  private List<Problem> all() {
    if (heldOut != null) return heldOut;
    var out = new ArrayList<Problem>();
    var known = new HashSet<String>();
    for (long t = 0; out.size() < size && t < 100L * size + TRIES; t++) {
      Problem p = make(new Dice(Random64.of(seed, "held-out", Long.toString(t))));
      if (isHeldOut(p) && known.add(p.prompt())) out.add(p);
    }
    if (out.isEmpty()) throw new InvalidInput(getClass().getSimpleName() + ": there are so few problems of these options that none is held out; make them harder, or held-out-share larger.");
    return heldOut = List.copyOf(out);
  }

  /** Fewer than asked for when the options do not give so many. */
  @Override
  public final int heldOut() {
    return all().size();
  }

  @Override
  public final Problem heldOut(int index) {
    return all().get(index);
  }
}
