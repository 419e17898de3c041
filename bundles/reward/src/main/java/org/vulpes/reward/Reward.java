package org.vulpes.reward;

import java.util.List;

/** Judges samples (slot {@code reward}, {@code Plugin<Reward>}). May be asked for single samples again, so it keeps no state between calls. */
@FunctionalInterface
public interface Reward {
  /** A finite number for each sample, in order; larger is better. What it throws, or leaves NaN, is contained: such samples teach nothing. */
  double[] score(List<Sample> samples);

  /** Judges each sample by itself. */
  interface Each {
    double of(Sample sample);
  }

  static Reward each(Each each) {
    return samples -> samples.stream().mapToDouble(each::of).toArray();
  }
}
