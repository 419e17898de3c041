package org.vulpes.graph.operations;

import java.util.Arrays;
import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * The loss of policy-gradient methods, token by token.
 *
 * <p>Inputs, all of one shape: nll = −log π(token), old = log π_old(token), reference = log π_ref(token), advantage A. With r = e^(−nll − old) the loss is
 * −min(r A, clip(r, 1−low, 1+high) A) (PPO, Schulman et al. 2017), or A nll with {@code ratio} false (REINFORCE), plus β times an estimate of the divergence
 * KL(π ‖ π_ref) (Schulman 2020): with d = log π_ref − log π, k1 = −d, k2 = d²/2, k3 = e^d − d − 1.
 *
 * <p>Outputs like nll: the loss; |r − 1|; 1 where the clipping cuts the gradient off, else 0; the estimate (0 when {@code kl} is NONE).
 *
 * @param low how far r may fall below 1 for an advantage below 0 before it is cut; infinite: never
 * @param high how far r may rise above 1 for an advantage above 0
 * @param beta of the divergence
 */
public record PolicyLoss(boolean ratio, double low, double high, Kl kl, double beta) implements Operation {

  /** Estimators of the divergence from one sample. */
  public enum Kl {
    NONE, K1, K2, K3
  }

  /** One token: loss, ratio, clipped, estimate and the loss's derivative by nll. */
  public record Token(double loss, double ratio, double clipped, double kl, double gradient) {}

  /** The formulas, for one token. */
  public Token token(double nll, double old, double reference, double advantage) {
    double r = ratio ? StrictMath.exp(-nll - old) : 1;
    double held = Math.max(1 - low, Math.min(1 + high, r));
    boolean cut = ratio && held * advantage < r * advantage;
    double surrogate = !ratio ? advantage * nll : -(cut ? held : r) * advantage;
    // By −nll, the policy's log-probability: −r A where not cut; of the estimates 1, −d and 1 − e^d.
    double slope = !ratio ? -advantage : cut ? 0 : -r * advantage;
    double d = reference + nll, estimate = 0, bend = 0;
    switch (kl) {
      case NONE -> { }
      case K1 -> {
        estimate = -d;
        bend = 1;
      }
      case K2 -> {
        estimate = d * d / 2;
        bend = -d;
      }
      case K3 -> {
        estimate = StrictMath.expm1(d) - d;
        bend = -StrictMath.expm1(d);
      }
    }
    return new Token(surrogate + beta * estimate, r, cut ? 1 : 0, estimate, -(slope + beta * bend));
  }

  @Override
  public String name() {
    return "policy-loss";
  }

  @Override
  public String family() {
    return "loss";
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "nll", "old", "reference", "advantage");
    for (int i = 1; i < 4; i++) Expect.sameSizes(inputs, 0, "nll", i, List.of("nll", "old", "reference", "advantage").get(i));
    Shape x = inputs.getFirst();
    return List.of(x, x, x, x);
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return 12 * inputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    for (int i = 0; i < inputs[0].length; i++) {
      Token t = token(inputs[0][i], inputs[1][i], inputs[2][i], inputs[3][i]);
      outputs[0][i] = t.loss;
      outputs[1][i] = Math.abs(t.ratio - 1);
      outputs[2][i] = t.clipped;
      outputs[3][i] = t.kl;
    }
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    for (int i = 1; i < 4; i++) Expect.noGradientOf(this, List.of("loss", "|r − 1|", "clipped", "divergence").get(i), outputGradients.get(i));
    Tensor d = graph.one(new PolicyLossGradient(this), inputs.get(0), inputs.get(1), inputs.get(2), inputs.get(3), outputGradients.getFirst());
    return Arrays.asList(d, null, null, null);
  }
}
