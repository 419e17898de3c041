package org.vulpes.optimizer.muon;

import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.ClipFactor;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.graph.operations.ScaleBy;
import org.vulpes.graph.operations.SquaredNorm;

/**
 * The nearest orthogonal matrix, nearly: a quintic iteration X ← a·X + (b·A + c·A²)·X with A = X·Xᵀ, which drives every singular value towards 1. Its coefficients (Jordan et
 * al. 2024) are the ones with the steepest slope at 0 and end between about 0.7 and 1.2 rather than at 1.
 */
final class NewtonSchulz {
  private static final double A = 3.4445;
  private static final double B = -4.7750;
  private static final double C = 2.0315;
  /** A matrix whose norm is below is taken for noise and not blown up to 1. */
  private static final double SMALLEST_NORM = 1e-7;

  private NewtonSchulz() {}

  /** @param u [rows, columns] */
  static Tensor orthogonalise(Graph graph, Tensor u, int steps) {
    boolean tall = u.shape().axis(0).size() > u.shape().axis(1).size();
    Tensor x = normalise(graph, u);
    for (int i = 0; i < steps; i++) {
      // The smaller of X·Xᵀ and Xᵀ·X; in the second form, X·(…) is the transpose of (…)·Xᵀ.
      Tensor gram = graph.one(new MatMul(tall, !tall), x, x);
      Tensor squared = graph.one(new MatMul(false, false), gram, gram);
      Tensor polynomial = graph.add(graph.scale(gram, B), graph.scale(squared, C));
      Tensor turned = tall ? graph.one(new MatMul(false, false), x, polynomial) : graph.one(new MatMul(false, false), polynomial, x);
      x = graph.add(graph.scale(x, A), turned);
    }
    return x;
  }

  /** u / max(‖u‖, ε): what is left of u / ε when its norm is clipped to 1. The norm of all singular values bounds the largest. */
  private static Tensor normalise(Graph graph, Tensor u) {
    Tensor w = graph.scale(u, 1 / SMALLEST_NORM);
    Tensor clip = graph.one(new ClipFactor(), graph.one(new SquaredNorm(), w), graph.constant("newton-schulz.one", new double[] {1}, Axis.of("one", 1)));
    return graph.one(new ScaleBy(), w, clip);
  }
}
