package org.vulpes.graph.reference;

import java.util.Arrays;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.operations.Activate;
import org.vulpes.graph.operations.ActivateGradient;
import org.vulpes.graph.operations.AdamW;
import org.vulpes.graph.operations.Attention;
import org.vulpes.graph.operations.AttentionDivergence;
import org.vulpes.graph.operations.AttentionDivergenceGradient;
import org.vulpes.graph.operations.AttentionGradient;
import org.vulpes.graph.operations.ClipFactor;
import org.vulpes.graph.operations.Embedding;
import org.vulpes.graph.operations.EmbeddingGradient;
import org.vulpes.graph.operations.GatedActivation;
import org.vulpes.graph.operations.GatedActivationGradient;
import org.vulpes.graph.operations.LayerNorm;
import org.vulpes.graph.operations.LayerNormGradient;
import org.vulpes.graph.operations.LinearCrossEntropy;
import org.vulpes.graph.operations.LinearCrossEntropyGradient;
import org.vulpes.graph.operations.Lion;
import org.vulpes.graph.operations.Pointwise;
import org.vulpes.graph.operations.RmsNorm;
import org.vulpes.graph.operations.RmsNormGradient;
import org.vulpes.graph.operations.Rope;
import org.vulpes.graph.operations.TopAndRest;
import org.vulpes.graph.operations.TopAndRestGradient;
import org.vulpes.slot.Random64;

/** Random inputs that make sense for an operation; normal numbers for one that it does not know. */
final class RandomInputs {
  private final Random64 random;
  private long counter;

  RandomInputs(long seed) {
    random = Random64.of(seed, "operation-check");
  }

  double[][] of(Operation operation, int[][] sizes) {
    double[][] x = new double[sizes.length][];
    for (int i = 0; i < x.length; i++) {
      x[i] = new double[Arrays.stream(sizes[i]).reduce(1, Math::multiplyExact)];
      for (int j = 0; j < x[i].length; j++) x[i][j] = (float) random.normal(counter++);
    }
    switch (operation) {
      case Activate _, ActivateGradient _, GatedActivation _, GatedActivationGradient _ -> awayFromZero(x[0]);
      case AdamW _ -> {
        positive(x[3]);
        x[4][0] = 0.75;
        x[5] = new double[] {3e-3, 0.9, 0.95, 1e-8, 0.1, 1 - StrictMath.pow(0.9, 3), 1 - StrictMath.pow(0.95, 3), 0};
      }
      case Lion _ -> {
        x[3][0] = 0.75;
        x[4] = new double[] {3e-4, 0.9, 0.99, 0, 0.1, 0, 0, 0};
        // The sign must not hang on a rounding: keep the direction away from zero.
        for (int i = 0; i < x[1].length; i++) x[1][i] = StrictMath.copySign(Math.abs(x[1][i]) + 0.05, x[2][i]);
      }
      case ClipFactor _ -> {
        positive(x[0]);
        positive(x[1]);
      }
      case Pointwise p -> {
        // Logarithm and reciprocal want numbers above 0, and not steep ones.
        if (p.function() == Pointwise.Function.LOG || p.function() == Pointwise.Function.RECIPROCAL) for (int i = 0; i < x[0].length; i++) x[0][i] = Math.abs(x[0][i]) + 0.5;
      }
      case Embedding _ -> below(x[1], 0, sizes[0][0]);
      case EmbeddingGradient e -> below(x[0], 0, e.rows());
      case LinearCrossEntropy _, LinearCrossEntropyGradient _ -> {
        below(x[2], -1, sizes[1][0]);
        if (operation instanceof LinearCrossEntropyGradient g) {
          x[3] = side(new LinearCrossEntropy(), 1, x, sizes, 3);
          if (g.kept()) x[5] = side(new LinearCrossEntropy(true), 2, x, sizes, 3);
        }
      }
      case AttentionDivergence _, AttentionDivergenceGradient _ -> documents(x[4], sizes[4]);
      case TopAndRest _ -> different(x[1], sizes[1], sizes[0]);
      case TopAndRestGradient g -> {
        different(x[1], sizes[1], sizes[0]);
        x[2] = side(new TopAndRest(g.temperature()), 0, x, sizes, 2);
      }
      case Attention _ -> documents(x[3], sizes[3]);
      case AttentionGradient a -> {
        documents(x[3], sizes[3]);
        var forward = new Attention(a.heads(), a.kvHeads(), a.headDim(), a.scale(), a.window());
        x[4] = side(forward, 0, x, sizes, 4);
        x[5] = side(forward, 1, x, sizes, 4);
      }
      case RmsNormGradient g -> x[2] = side(new RmsNorm(1e-5, g.offset()), 1, x, sizes, 2);
      case LayerNormGradient _ -> {
        x[2] = side(new LayerNorm(1e-5), 1, x, sizes, 2);
        x[3] = side(new LayerNorm(1e-5), 2, x, sizes, 2);
      }
      case Rope _ -> {
        for (int i = 0; i < x[1].length; i++) {
          double angle = random.uniform(counter++) * 2 * StrictMath.PI;
          x[1][i] = StrictMath.cos(angle);
          x[2][i] = StrictMath.sin(angle);
        }
      }
      default -> {}
    }
    return x;
  }

  /** Result {@code output} of the forward operation on the first inputs. */
  private static double[] side(Operation forward, int output, double[][] x, int[][] sizes, int inputs) {
    var shapes = Arrays.stream(sizes, 0, inputs).map(s -> new Shape(Arrays.stream(s).mapToObj(n -> Axis.of("axis", n)).toList())).toList();
    double[][] given = Arrays.copyOf(x, inputs);
    return OperationCheck.of(forward, shapes, given).outputs()[output];
  }

  /** Rows of two to four documents: each position's document start. */
  private void documents(double[] first, int[] sizes) {
    int time = sizes[1];
    for (int b = 0; b < sizes[0]; b++) {
      int start = 0;
      for (int t = 0; t < time; t++) {
        if (t > 0 && random.uniform(counter++) < 2.0 / time) start = t;
        first[b * time + t] = start;
      }
    }
  }

  private void below(double[] ids, int from, int to) {
    for (int i = 0; i < ids.length; i++) ids[i] = from + random.below(counter++, to - from);
  }

  /** In each row of ids: every third from a random one on, in a circle whose length is no multiple of 3. */
  private void different(double[] ids, int[] sizes, int[] of) {
    int k = sizes[sizes.length - 1], n = of[of.length - 1];
    for (int i = 0; i < ids.length; i += k) {
      int from = (int) random.below(counter++, n);
      for (int j = 0; j < k; j++) ids[i + j] = (from + 3 * j) % n;
    }
  }

  private static void awayFromZero(double[] x) {
    for (int i = 0; i < x.length; i++) x[i] += StrictMath.copySign(0.01, x[i]);
  }

  private static void positive(double[] x) {
    for (int i = 0; i < x.length; i++) x[i] = Math.abs(x[i]) + 0.01;
  }
}
