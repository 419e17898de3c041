package org.vulpes.objective.reinforce;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.ValueLoss;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Objective;
import org.vulpes.objective.Role;
import org.vulpes.objective.StepBatch;
import org.vulpes.objective.Supply;
import org.vulpes.reward.Judged;
import org.vulpes.reward.Panel;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Problems;
import org.vulpes.reward.Reward;
import org.vulpes.reward.Sample;
import org.vulpes.slot.Snapshot;

/** Reinforcement from rewards: rollouts by the policy as it is, and updates on them by one of the {@link Settings.Algorithm}s. */
final class Reinforce implements Objective, Judged {
  static final String POLICY = "reference";
  private static final String SCHEMA = "objective-reinforce";

  private final Settings settings;
  private final Problems problems;
  private final Roller roller;
  /** Null where the rewards are the objective's own. */
  private final RunReward run;
  private Rollout rollout;
  /** The next update of the rollout. */
  private int next;

  /** @param run the panel's only judge, where that is the run's reward; else null */
  Reinforce(Settings settings, Problems problems, Panel rewards, RunReward run) {
    this.settings = settings;
    this.problems = problems;
    this.run = run;
    roller = new Roller(settings, problems, rewards);
  }

  @Override
  public List<Role> roles() {
    return settings.hasReference() ? List.of(new Role(POLICY, settings.reference())) : List.of();
  }

  @Override
  public boolean byTheRun() {
    return run != null;
  }

  @Override
  public void by(Supplier<Reward> reward) {
    run.by(reward);
  }

  @Override
  public Sample example() {
    Problem p = problems.training(0);
    return new Sample(p, p.solution(), Math.min(settings.most(), p.solution().length()), true, settings.most());
  }

  @Override
  public Loss build(BatchGraph b) {
    var now = new Probabilities("loss", "", settings.temperature(), settings.hasValues()).build(b);
    return loss(b, now.get(Probabilities.NLL), now.get(Probabilities.VALUES));
  }

  /** @param nll −log π of each target @param values that the value head gives; null without one */
  Loss loss(BatchGraph b, Tensor nll, Tensor values) {
    Graph g = b.graph();
    Axis[] axes = b.tokens().shape().axes().toArray(Axis[]::new);
    Tensor share = b.input(Rollout.SHARE, DType.F32, axes);
    var policy = g.apply(settings.loss(), nll, b.input(Rollout.OLD, DType.F32, axes), b.input(Rollout.REFERENCE, DType.F32, axes),
        b.input(Rollout.ADVANTAGE, DType.F32, axes));
    Tensor loss = g.dot(policy.get(0), b.weight());
    var statistics = new TreeMap<String, Tensor>();
    if (settings.ratio()) {
      statistics.put("ratio-distance", g.dot(policy.get(1), share));
      statistics.put("clipped", g.dot(policy.get(2), share));
    }
    if (settings.hasReference()) statistics.put("kl", g.dot(policy.get(3), share));
    if (settings.hasValues()) {
      Tensor value = g.one(new ValueLoss(settings.value().clip()), values, b.input(Rollout.VALUES, DType.F32, axes), b.input(Rollout.RETURNS, DType.F32, axes));
      Tensor mean = g.dot(value, share);
      statistics.put("value-loss", mean);
      loss = g.add(loss, g.scale(mean, settings.value().coefficient()));
    }
    return new Loss(loss, statistics);
  }

  @Override
  public StepBatch prepare(Supply supply) {
    if (rollout == null || next == settings.epochs() * settings.minibatches()) {
      rollout = roller.roll(supply);
      next = 0;
    }
    return rollout.update(next++, settings);
  }

  @Override
  public Snapshot save() {
    var values = new TreeMap<String, Object>(roller.save());
    values.put("next", next);
    // What is used up is not needed again.
    if (rollout != null && next < settings.epochs() * settings.minibatches()) values.put("rollout", rollout.save());
    return new Snapshot(SCHEMA, 1, values);
  }

  @Override
  public void restore(Snapshot snapshot) {
    snapshot.expect(SCHEMA, 1);
    roller.restore(snapshot);
    rollout = snapshot.values().get("rollout") instanceof Map<?, ?> saved ? Rollout.restore(saved) : null;
    next = (int) snapshot.whole("next");
  }
}
