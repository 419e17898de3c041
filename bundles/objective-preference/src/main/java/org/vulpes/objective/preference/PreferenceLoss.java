package org.vulpes.objective.preference;

import java.util.Map;
import java.util.TreeMap;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Pointwise;
import org.vulpes.graph.operations.Slice;

/**
 * The losses over log-probabilities of whole answers, as their papers write them ({@link Method}). All tensors are columns [n, 1].
 *
 * @param beta how fast preference grows with the log-ratio
 * @param gamma SimPO's margin
 * @param weight of NLL(y_w) in CPO, of the odds ratio in ORPO
 * @param smoothing chance that a pair's label is wrong (conservative DPO)
 * @param good weight of good answers in KTO @param bad of bad ones
 */
record PreferenceLoss(Method method, double beta, double gamma, double weight, double smoothing, double good, double bad) {

  /** Each entry's loss, and what it says about the policy. */
  record Terms(Tensor loss, Map<String, Tensor> statistics) {}

  /**
   * Of pairs.
   *
   * @param policy log π of answers, better and worse in turn [2n, 1]; divided by length where the method does so
   * @param reference log ρ of the same; null where there is none
   * @param nll mean negative log-likelihood of a token of each answer [2n, 1]
   */
  Terms ofPairs(Graph g, Tensor policy, Tensor reference, Tensor nll) {
    Tensor better = column(g, policy, 0), worse = column(g, policy, 1);
    Tensor ratio = minus(g, better, worse);
    if (reference != null) ratio = minus(g, ratio, minus(g, column(g, reference, 0), column(g, reference, 1)));
    Tensor loss = switch (method) {
      case DPO -> smoothed(g, g.scale(ratio, beta));
      case IPO -> g.one(new Pointwise(Pointwise.Function.SQUARE), plus(g, ratio, -1 / (2 * beta)));
      case SIMPO -> softplus(g, plus(g, g.scale(ratio, -beta), gamma));
      case CPO -> g.add(smoothed(g, g.scale(ratio, beta)), g.scale(column(g, nll, 0), weight));
      case ORPO -> g.add(column(g, nll, 0), g.scale(softplus(g, g.scale(minus(g, logOdds(g, better), logOdds(g, worse)), -1)), weight));
      case KTO -> throw new IllegalStateException("KTO is a loss of single answers.");
    };
    var told = new TreeMap<String, Tensor>();
    told.put("margin", method == Method.IPO ? ratio : g.scale(ratio, method == Method.ORPO ? 1 : beta));
    // A steep sigmoid is 1 for every margin above 0 and 0 below.
    told.put("accuracy", g.one(new Pointwise(Pointwise.Function.SIGMOID), g.scale(ratio, 1e6)));
    told.put("log-probability-better", better);
    told.put("log-probability-worse", worse);
    return new Terms(loss, told);
  }

  /**
   * Of single answers.
   *
   * @param z KL to the reference, not differentiated
   * @param sign 1 for a good answer, −1 for a bad one
   */
  Terms ofLabels(Graph g, Tensor policy, Tensor reference, Tensor z, Tensor sign) {
    Tensor r = minus(g, policy, reference);
    // 1 − σ(x) = σ(−x), with x = sign · β (r − z).
    Tensor x = g.multiply(minus(g, r, z), sign);
    Tensor miss = g.one(new Pointwise(Pointwise.Function.SIGMOID), g.scale(x, -beta));
    // λ of each answer: (good + bad)/2 + sign · (good − bad)/2.
    Tensor lambda = plus(g, g.scale(sign, (good - bad) / 2), (good + bad) / 2);
    var told = new TreeMap<String, Tensor>();
    told.put("margin", g.scale(x, beta));
    told.put("accuracy", g.one(new Pointwise(Pointwise.Function.SIGMOID), g.scale(x, 1e6)));
    told.put("kl", z);
    return new Terms(g.multiply(miss, lambda), told);
  }

  /** (1 − ε) · −log σ(x) + ε · −log σ(−x). */
  private Tensor smoothed(Graph g, Tensor x) {
    Tensor right = softplus(g, g.scale(x, -1));
    return smoothing == 0 ? right : g.add(g.scale(right, 1 - smoothing), g.scale(softplus(g, x), smoothing));
  }

  /** log p − log(1 − p) of log p below 0. */
  private static Tensor logOdds(Graph g, Tensor logP) {
    Tensor rest = plus(g, g.scale(g.one(new Pointwise(Pointwise.Function.EXP), logP), -1), 1);
    return minus(g, logP, g.one(new Pointwise(Pointwise.Function.LOG), rest));
  }

  private static Tensor column(Graph g, Tensor inTurn, int which) {
    Axis pairs = Axis.of("pairs", Math.toIntExact(inTurn.shape().length() / 2));
    return g.one(new Slice(which, 1), g.reshape(inTurn, pairs, Axis.of("two", 2)));
  }

  private static Tensor softplus(Graph g, Tensor x) {
    return g.one(new Pointwise(Pointwise.Function.SOFTPLUS), x);
  }

  private static Tensor minus(Graph g, Tensor a, Tensor b) {
    return g.add(a, g.scale(b, -1));
  }

  private static Tensor plus(Graph g, Tensor x, double constant) {
    if (constant == 0) return x;
    var values = new double[Math.toIntExact(x.shape().length())];
    java.util.Arrays.fill(values, constant);
    return g.add(x, g.constant("plus " + constant + " x " + values.length, values, x.shape().axes().toArray(Axis[]::new)));
  }
}
