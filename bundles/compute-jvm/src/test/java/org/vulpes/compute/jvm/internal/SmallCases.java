package org.vulpes.compute.jvm.internal;

import java.util.ArrayList;
import java.util.List;
import org.vulpes.graph.operations.*;

/** Every kernel but matrix products and the head, once, at a ragged size: for other SIMD widths, and for interpreted code. */
final class SmallCases {
  private SmallCases() {}

  static List<KernelCheck> all() {
    var all = new ArrayList<KernelCheck>();
    int n = 77;
    all.add(new KernelCheck(new Add(), 1).random(n).random(n).gives(n));
    all.add(new KernelCheck(new Multiply(), 2).random(n).random(n).gives(n).accumulating());
    all.add(new KernelCheck(new Scale(0.3), 3).random(n).gives(n));
    all.add(new KernelCheck(new ScaleBy(), 4).random(n).random(1).gives(n));
    all.add(new KernelCheck(new AddBias(), 5).random(5, 19).random(19).gives(5, 19));
    all.add(new KernelCheck(new SumRows(), 6).random(5, 19).gives(19));
    all.add(new KernelCheck(new Dot(), 7).positive(n).positive(n).gives(1));
    all.add(new KernelCheck(new Slice(2, 19), 8).random(5, 30).gives(5, 19));
    all.add(new KernelCheck(new Pad(2, 30), 9).random(5, 19).gives(5, 30));
    all.add(new KernelCheck(new Concat(), 10).random(5, 19).random(5, 3).gives(5, 22));
    all.add(new KernelCheck(new Embedding(), 11).random(9, 19).ids(9, 7).gives(7, 19));
    all.add(new KernelCheck(new EmbeddingGradient(9), 12).ids(9, 7).random(7, 19).gives(9, 19));
    for (int d : new int[] {4, 8, 16, 20}) all.add(new KernelCheck(new Rope(d, d, false), d).random(2, 5, 2 * d).random(5, d / 2).random(5, d / 2).gives(2, 5, 2 * d));
    for (Activation kind : Activation.values()) {
      all.add(new KernelCheck(new Activate(kind), 13).random(n).gives(n));
      all.add(new KernelCheck(new ActivateGradient(kind), 14).random(n).random(n).gives(n));
      all.add(new KernelCheck(new GatedActivation(kind), 15).random(n).random(n).gives(n));
      all.add(new KernelCheck(new GatedActivationGradient(kind), 16).random(n).random(n).random(n).gives(n).gives(n));
    }
    all.add(new KernelCheck(new RmsNorm(1e-5, true), 17).random(7, 38).random(19).gives(7, 38).gives(7, 2));
    all.add(new KernelCheck(new RmsNormGradient(false), 18).random(7, 38).random(19).positive(7, 2).random(7, 38).gives(7, 38).gives(19));
    all.add(new KernelCheck(new LayerNorm(1e-5), 19).random(7, 38).random(38).random(38).gives(7, 38).gives(7, 1).gives(7, 1));
    all.add(new KernelCheck(new LayerNormGradient(), 20).random(7, 38).random(38).random(7, 1).positive(7, 1).random(7, 38).gives(7, 38).gives(38).gives(38));
    all.add(new KernelCheck(new SquaredNorm(), 21).random(n).random(3).gives(1));
    double[] hyper = {3e-2, 0.9, 0.95, 1e-8, 0.1, 0.271, 0.14, 0};
    all.add(new KernelCheck(new AdamW(true), 22).random(n).random(n).random(n).positive(n).positive(1).values(hyper, 8).gives(n).gives(n).gives(n));
    all.add(new KernelCheck(new Lion(true), 23).random(n).random(n).random(n).positive(1).values(hyper, 8).gives(n).gives(n));
    for (int d : new int[] {6, 16, 32}) attention(all, d);
    for (int d : new int[] {6, 16, 20, 32}) cache(all, d);
    policies(all);
    return all;
  }

  private static void policies(List<KernelCheck> all) {
    for (PolicyLoss.Kl kl : PolicyLoss.Kl.values()) {
      var loss = new PolicyLoss(true, 0.2, 0.28, kl, 0.3);
      all.add(new KernelCheck(loss, 31).positive(3, 11).scaled(-1, 3, 11).scaled(-1, 3, 11).random(3, 11).gives(3, 11).gives(3, 11).gives(3, 11).gives(3, 11));
    }
    all.add(new KernelCheck(new PolicyLoss(false, 1e9, 1e9, PolicyLoss.Kl.K2, 0.1), 32).positive(3, 11).random(3, 11).random(3, 11).random(3, 11).gives(3, 11).gives(3, 11).gives(3, 11).gives(3, 11));
    for (double clip : new double[] {0.2, 1e9}) {
      all.add(new KernelCheck(new ValueLoss(clip), 33).random(3, 11).random(3, 11).random(3, 11).gives(3, 11));
      all.add(new KernelCheck(new ValueLossGradient(new ValueLoss(clip)), 33).random(3, 11).random(3, 11).random(3, 11).random(3, 11).gives(3, 11));
    }
  }

  /** Rings of 48 places: sequences that fill a part of one, all of it, and one and a half; an entry that is none; three query heads to a key/value head, and one. */
  private static void cache(List<KernelCheck> all, int d) {
    int[] plan = {1, 3, 0, 5, 0, 0, 20, 60, 1, 1, 45, 7, 2, 2, 9, 0};
    all.add(new KernelCheck(new CacheWrite(true), d).random(4, 3, 2 * d, 16).random(3, 61, 2 * d).integers(plan, 4, 4).gives(4, 3, 2 * d, 16));
    all.add(new KernelCheck(new CacheWrite(true), d).random(4, 3, 2 * d, 16).random(3, 61, 2 * d).integers(plan, 4, 4).gives(4, 3, 2 * d, 16).inPlace(0, 0));
    all.add(new KernelCheck(new CacheWrite(false), d).random(4, 48, 2 * d).random(3, 61, 2 * d).integers(plan, 4, 4).gives(4, 48, 2 * d).inPlace(0, 0));
    int[] at = {0, 3, 17, 1, 1, 0, 47, 1, 2, 2, 75, 1, 3, 1, 0, 1, 4, 0, 9, 0};
    for (int window : new int[] {0, 11}) {
      for (int heads : new int[] {6, 2}) {
        all.add(new KernelCheck(new CachedAttention(heads, 2, d, 0.3, window), d).random(5, 1, heads * d).random(4, 3, 2 * d, 16).random(4, 48, 2 * d)
            .integers(at, 5, 4).gives(5, 1, heads * d));
      }
    }
  }

  /** Two documents and a window; the gradient takes any numbers for out and logSumExp. */
  private static void attention(List<KernelCheck> all, int d) {
    int time = 43;
    int[] visible = new int[time];
    for (int t = 18; t < time; t++) visible[t] = 18;
    all.add(new KernelCheck(new Attention(4, 2, d, 0.3, 20), d).random(1, time, 4 * d).random(1, time, 2 * d).random(1, time, 2 * d).integers(visible, 1, time)
        .gives(1, time, 4 * d).gives(1, time, 4));
    all.add(new KernelCheck(new AttentionGradient(4, 2, d, 0.3, 20), d).random(1, time, 4 * d).random(1, time, 2 * d).random(1, time, 2 * d)
        .integers(visible, 1, time).random(1, time, 4 * d).scaled(0.1, 1, time, 4).random(1, time, 4 * d)
        .gives(1, time, 4 * d).gives(1, time, 2 * d).gives(1, time, 2 * d));
  }
}
