package org.vulpes.objective.reinforce;

import java.util.List;
import java.util.Locale;
import org.vulpes.graph.operations.PolicyLoss;
import org.vulpes.slot.Options;

/**
 * What the block {@code objective.reinforce} says, with what the algorithm's paper has where it says nothing.
 *
 * @param prompts of a rollout
 * @param group samples of each prompt
 * @param most new tokens of a sample
 * @param epochs how often a rollout is gone through
 * @param minibatches updates an epoch
 * @param deviation whether advantages are divided by the group's deviation
 * @param ratio whether the loss is of ratios to the policy that sampled; otherwise of log-probabilities
 * @param low clipping below 1; infinite: none
 * @param klInReward whether the divergence is taken off the rewards rather than added to the loss
 * @param reference where the policy that is not to be left comes from; empty: none is needed
 * @param rounds that dynamic sampling may take for one rollout; 0: no dynamic sampling
 * @param filterOverlong whether samples that were cut off at the longest length teach nothing
 * @param decoder whether the old log-probabilities are those of the decoder instead of the training program's
 */
record Settings(Algorithm algorithm, int prompts, int group, int most, double temperature, List<String> stops, int epochs, int minibatches, boolean deviation, boolean ratio, double low, double high,
    Mean mean, PolicyLoss.Kl kl, double beta, boolean klInReward, String reference, int rounds, boolean filterOverlong, boolean decoder, double baselineDecay, Value value,
    double deadlineSeconds) {

  enum Algorithm {
    GRPO, DR_GRPO, RLOO, REINFORCE, PPO
  }

  /** What a token weighs: 1 / (samples · its sample's tokens); 1 / all tokens; 1 / (samples · longest length); 1 / samples. */
  enum Mean {
    SEQUENCE, TOKEN, CONSTANT, SUM
  }

  /** Of PPO's value head. */
  record Value(double coefficient, double clip, double gamma, double lambda, boolean whiten) {}

  static Settings of(Options o) {
    var algorithm = Algorithm.valueOf(name(o.choice("algorithm", "grpo", "dr-grpo", "rloo", "reinforce", "ppo")));
    boolean grpo = algorithm == Algorithm.GRPO || algorithm == Algorithm.DR_GRPO;
    int group = o.integer("group", 1, 256);
    if ((grpo || algorithm == Algorithm.RLOO) && group < 2) throw o.wrong("group", "= 1 leaves " + name(algorithm) + " nothing to compare a sample with; take at least 2");
    int prompts = o.integer("prompts", 1, 1 << 16), minibatches = o.integer("minibatches", 1, 1 << 16);
    if (prompts * group % minibatches != 0) throw o.wrong("minibatches", "= " + minibatches + " does not divide the " + prompts * group + " samples of a rollout (prompts × group)");
    String kl = o.has("kl") ? o.choice("kl", "none", "k1", "k2", "k3") : algorithm == Algorithm.GRPO ? "k3" : algorithm == Algorithm.RLOO || algorithm == Algorithm.PPO ? "k1" : "none";
    boolean inReward = o.has("kl-in") ? o.choice("kl-in", "loss", "reward").equals("reward") : algorithm == Algorithm.RLOO || algorithm == Algorithm.PPO;
    String mean = o.has("mean") ? o.choice("mean", "sequence", "token", "constant", "sum")
        : switch (algorithm) {
          case GRPO -> "sequence";
          case DR_GRPO -> "constant";
          case RLOO, REINFORCE -> "sum";
          case PPO -> "token";
        };
    boolean ratio = o.has("ratio") ? o.flag("ratio") : grpo || algorithm == Algorithm.PPO;
    double low = bound(o, "clip-low", ratio ? 0.2 : Double.POSITIVE_INFINITY), high = bound(o, "clip-high", ratio ? 0.2 : Double.POSITIVE_INFINITY);
    if (!ratio && (o.has("clip-low") || o.has("clip-high"))) throw o.wrong(o.has("clip-low") ? "clip-low" : "clip-high", "is of no use: " + name(algorithm) + " has no ratio; set ratio = true");
    if (!ratio && o.integer("epochs", 1, 1000) * minibatches > 1) {
      throw o.wrong(o.integer("epochs", 1, 1000) > 1 ? "epochs" : "minibatches", "makes later updates learn from samples of an older policy, which a loss without ratios cannot correct; set ratio = true");
    }
    Options v = o.block("value");
    return new Settings(algorithm, prompts, group, o.integer("new-tokens", 1, 1 << 20), o.number("temperature", 1e-3, 100), o.texts("stop"), o.integer("epochs", 1, 1000), minibatches,
        o.has("deviation") ? o.flag("deviation") : algorithm == Algorithm.GRPO, ratio, low, high, Mean.valueOf(name(mean)), PolicyLoss.Kl.valueOf(name(kl)),
        o.has("beta") ? o.number("beta", 0, 1e6) : algorithm == Algorithm.GRPO ? 0.04 : algorithm == Algorithm.RLOO ? 0.03 : 0.05, inReward, kl.equals("none") ? "" : o.text("reference"),
        o.flag("dynamic-sampling") ? o.integer("dynamic-rounds", 1, 1000) : 0, o.flag("filter-overlong"), o.choice("old", "training", "decoder").equals("decoder"), o.number("baseline-decay", 0, 1),
        new Value(v.number("coefficient", 0, 1e6), v.number("clip", 1e-6, Double.MAX_VALUE), v.number("gamma", 0, 1), v.number("lambda", 0, 1), v.flag("whiten")),
        o.number("reward-deadline-seconds", 0.001, 86_400));
  }

  private static double bound(Options o, String key, double otherwise) {
    return o.has(key) ? o.number(key, 1e-9, 1e9) : otherwise;
  }

  private static String name(String choice) {
    return choice.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static String name(Algorithm algorithm) {
    return algorithm.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean hasReference() {
    return kl != PolicyLoss.Kl.NONE && beta > 0;
  }

  boolean hasValues() {
    return algorithm == Algorithm.PPO;
  }

  int samples() {
    return prompts * group;
  }

  /** Of the loss: a divergence that is taken off the rewards does not come in again. */
  PolicyLoss loss() {
    boolean inLoss = hasReference() && !klInReward;
    return new PolicyLoss(ratio, low, high, hasReference() ? kl : PolicyLoss.Kl.NONE, inLoss ? beta : 0);
  }
}
