package org.vulpes.graph.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.operations.*;
import org.vulpes.slot.Random64;

/**
 * Cases of every operation of {@code org.vulpes.graph.operations} at sizes that divide nothing, with every option that changes the arithmetic: what kernels of a device are held against.
 */
public final class OddSizes {
  private final List<OperationCheck> cases = new ArrayList<>();
  private final long seed;

  private OddSizes(long seed) {
    this.seed = seed;
  }

  /** @param seed of the random inputs */
  public static List<OperationCheck> all(long seed) {
    var sizes = new OddSizes(seed);
    sizes.arithmetic();
    sizes.columns();
    sizes.norms();
    sizes.updates();
    sizes.attention();
    sizes.caches();
    sizes.products();
    sizes.losses();
    return List.copyOf(sizes.cases);
  }

  /** The cases of some operations alone, for a bundle that computes no others. */
  @SafeVarargs
  public static List<OperationCheck> of(long seed, Class<? extends Operation>... operations) {
    return all(seed).stream().filter(c -> Arrays.asList(operations).contains(c.operation().getClass())).toList();
  }

  /** Attention over 8,191 positions of some documents, forward and backward: the longest sequences that kernels are made for, apart from {@link #all} as the definition takes a second. */
  public static List<OperationCheck> longest(long seed) {
    var sizes = new OddSizes(seed);
    int[] q = axes(1, 8191, 10), kv = axes(1, 8191, 5), rows = axes(1, 8191);
    sizes.add(new Attention(2, 1, 5, 0.3, 0), q, kv, kv, rows);
    sizes.add(new AttentionGradient(2, 1, 5, 0.3, 0), q, kv, kv, rows, q, axes(1, 8191, 2), q);
    return List.copyOf(sizes.cases);
  }

  private void add(Operation operation, int[]... sizes) {
    cases.add(OperationCheck.of(operation, seed + cases.size(), sizes));
  }

  private static int[] axes(int... sizes) {
    return sizes;
  }

  private void arithmetic() {
    add(new Add(), axes(7, 11), axes(7, 11));
    add(new Multiply(), axes(7, 11), axes(7, 11));
    add(new Scale(0.3), axes(77));
    add(new ScaleBy(), axes(77), axes(1));
    add(new Dot(), axes(40_001), axes(40_001));
    for (Activation kind : Activation.values()) {
      add(new Activate(kind), axes(301));
      add(new ActivateGradient(kind), axes(301), axes(301));
      add(new GatedActivation(kind), axes(301), axes(301));
      add(new GatedActivationGradient(kind), axes(301), axes(301), axes(301));
    }
    for (var function : Pointwise.Function.values()) add(new Pointwise(function), axes(301));
  }

  private void columns() {
    add(new AddBias(), axes(5, 19), axes(19));
    add(new SumRows(), axes(3, 41, 19));
    add(new Slice(2, 19), axes(5, 30));
    add(new Pad(2, 30), axes(5, 19));
    add(new Concat(), axes(5, 19), axes(5, 3), axes(5, 8));
    add(new Embedding(), axes(9, 19), axes(2, 7));
    add(new EmbeddingGradient(9), axes(2, 7), axes(2, 7, 19));
    add(new Rope(12, 8, false), axes(2, 5, 24), axes(5, 4), axes(5, 4));
    add(new Rope(16, 16, true), axes(2, 5, 32), axes(5, 8), axes(5, 8));
  }

  private void norms() {
    add(new RmsNorm(1e-5, true), axes(7, 38), axes(19));
    add(new RmsNorm(1e-5, false), axes(7, 70), axes(70));
    add(new RmsNormGradient(false), axes(70, 38), axes(19), axes(70, 2), axes(70, 38));
    add(new RmsNormGradient(true), axes(9, 19), axes(19), axes(9, 1), axes(9, 19));
    add(new LayerNorm(1e-5), axes(7, 38), axes(38), axes(38));
    add(new LayerNorm(1e-5), axes(7, 38), axes(38));
    add(new LayerNormGradient(), axes(70, 38), axes(38), axes(70, 1), axes(70, 1), axes(70, 38));
  }

  private void updates() {
    add(new SquaredNorm(), axes(20_001), axes(3), axes(5, 7));
    add(new ClipFactor(), axes(1), axes(1));
    for (boolean decay : new boolean[] {false, true}) {
      add(new AdamW(decay), axes(77), axes(77), axes(77), axes(77), axes(1), axes(8));
      add(new Lion(decay), axes(77), axes(77), axes(77), axes(1), axes(8));
    }
  }

  private void attention() {
    for (int headDim : axes(6, 16, 40)) {
      for (int window : axes(0, 20)) {
        int[] q = axes(2, 83, 4 * headDim), kv = axes(2, 83, 2 * headDim), rows = axes(2, 83);
        add(new Attention(4, 2, headDim, 0.3, window), q, kv, kv, rows);
        add(new AttentionGradient(4, 2, headDim, 0.3, window), q, kv, kv, rows, q, axes(2, 83, 4), q);
      }
    }
    var weights = new AttentionDivergence(new Attention(4, 2, 9, 0.3, 20), new Attention(8, 2, 5, 0.4, 11));
    add(weights, axes(2, 83, 36), axes(2, 83, 18), axes(2, 83, 40), axes(2, 83, 10), axes(2, 83));
    add(new AttentionDivergenceGradient(weights), axes(2, 83, 36), axes(2, 83, 18), axes(2, 83, 40), axes(2, 83, 10), axes(2, 83), axes(2, 83));
    add(new Attention(3, 3, 8, 0.3, 0), axes(1, 21, 24), axes(1, 21, 24), axes(1, 21, 24), axes(1, 21));
  }

  /** Rings of 48 places: sequences that fill a part of one, all of it, and one and a half; an entry that is none. */
  private void caches() {
    double[] writes = {1, 3, 0, 5, 0, 0, 20, 60, 1, 1, 45, 7, 2, 2, 9, 0}, reads = {0, 3, 17, 1, 1, 0, 47, 1, 2, 2, 75, 1, 3, 1, 0, 1, 4, 0, 9, 0};
    for (int d : axes(6, 16)) {
      int[] keys = axes(4, 3, 2 * d, 16), values = axes(4, 48, 2 * d);
      given(new CacheWrite(true), 2, writes, keys, axes(3, 61, 2 * d), axes(4, 4));
      given(new CacheWrite(false), 2, writes, values, axes(3, 61, 2 * d), axes(4, 4));
      for (int window : axes(0, 11)) given(new CachedAttention(6, 2, d, 0.3, window), 3, reads, axes(5, 1, 6 * d), keys, values, axes(5, 4));
    }
  }

  /** A case whose input {@code number} is no random one. */
  private void given(Operation operation, int number, double[] values, int[]... sizes) {
    var random = Random64.of(seed + cases.size(), "operation-check");
    double[][] inputs = new double[sizes.length][];
    for (int i = 0; i < sizes.length; i++) {
      inputs[i] = i == number ? values.clone() : new double[Arrays.stream(sizes[i]).reduce(1, Math::multiplyExact)];
      if (i != number) for (int j = 0; j < inputs[i].length; j++) inputs[i][j] = 2 * random.uniform((long) i << 32 | j) - 1;
    }
    cases.add(OperationCheck.of(operation, Arrays.stream(sizes).map(s -> new Shape(Arrays.stream(s).mapToObj(n -> Axis.of("axis", n)).toList())).toList(), inputs));
  }

  private void products() {
    for (boolean transposeA : new boolean[] {false, true}) {
      for (boolean transposeB : new boolean[] {false, true}) {
        add(new MatMul(transposeA, transposeB), transposeA ? axes(70, 67) : axes(67, 70), transposeB ? axes(133, 70) : axes(70, 133));
      }
    }
  }

  private void losses() {
    for (boolean keep : new boolean[] {false, true}) {
      add(new LinearCrossEntropy(keep), axes(3, 9, 20), axes(301, 20), axes(3, 9));
      var gradient = new ArrayList<>(List.of(axes(3, 9, 20), axes(301, 20), axes(3, 9), axes(3, 9), axes(3, 9)));
      if (keep) gradient.add(axes(3, 9, 301));
      add(new LinearCrossEntropyGradient(keep), gradient.toArray(int[][]::new));
    }
    for (PolicyLoss.Kl kl : PolicyLoss.Kl.values()) {
      for (boolean ratio : new boolean[] {false, true}) {
        var policy = new PolicyLoss(ratio, 0.2, kl == PolicyLoss.Kl.NONE ? Double.POSITIVE_INFINITY : 0.28, kl, 0.3);
        add(policy, axes(3, 37), axes(3, 37), axes(3, 37), axes(3, 37));
        add(new PolicyLossGradient(policy), axes(3, 37), axes(3, 37), axes(3, 37), axes(3, 37), axes(3, 37));
      }
    }
    for (double clip : new double[] {0.2, Double.POSITIVE_INFINITY}) {
      add(new ValueLoss(clip), axes(3, 37), axes(3, 37), axes(3, 37));
      add(new ValueLossGradient(new ValueLoss(clip)), axes(3, 37), axes(3, 37), axes(3, 37), axes(3, 37));
    }
    // Forward and reverse KL, Jensen-Shannon, skew KL and skew reverse KL.
    for (var d : List.of(new Divergence(1, 0, 0, 1), new Divergence(0, 1, 1, 2), new Divergence(0.3, 0.7, 0.3, 0.7), new Divergence(1, 0, 0.1, 1), new Divergence(0, 1, 0.9, 1))) {
      add(d, axes(3, 9, 301), axes(3, 9, 301));
      add(new DivergenceGradient(d), axes(3, 9, 301), axes(3, 9, 301), axes(3, 9));
      add(new DivergenceGradient(d), axes(5, 96), axes(5, 96), axes(5));
    }
    // Some tokens, and all: then there is no rest.
    for (int top : axes(17, 301)) {
      add(new TopAndRest(1.5), axes(3, 9, 301), axes(3, 9, top));
      add(new TopAndRestGradient(1.5), axes(3, 9, 301), axes(3, 9, top), axes(3, 9, top + 1), axes(3, 9, top + 1));
    }
  }
}
