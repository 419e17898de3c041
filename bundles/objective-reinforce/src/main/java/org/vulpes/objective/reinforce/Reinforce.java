package org.vulpes.objective.reinforce;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.vulpes.compute.DType;
import org.vulpes.curriculum.Lesson;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.ValueLoss;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Material;
import org.vulpes.objective.Objective;
import org.vulpes.objective.Pace;
import org.vulpes.objective.Role;
import org.vulpes.objective.StepBatch;
import org.vulpes.objective.Supply;
import org.vulpes.reward.Judged;
import org.vulpes.reward.Panel;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Problems;
import org.vulpes.reward.Reward;
import org.vulpes.reward.Sample;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Snapshot;
import org.vulpes.tokenizer.Tokenizer;

/** Reinforcement from rewards: rollouts by the policy as it is, and updates on them by one of the {@link Settings.Algorithm}s. */
final class Reinforce implements Objective, Judged {
  static final String POLICY = "reference";
  private static final String SCHEMA = "objective-reinforce";
  private static final int PROBED = 64;

  private final Settings settings;
  private final Problems problems;
  private final Roller roller;
  /** Null where the rewards are the objective's own. */
  private final RunReward run;
  /** Of the policy, once it is known. */
  private Tokenizer tokenizer;
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
  public void check(Tokenizer policy, Map<String, Tokenizer> frozen) {
    tokenizer = policy;
  }

  /** Problems are endless; as many as some rollouts take tell whether they fit at all. */
  @Override
  public void check(Material material) {
    for (int i = 0; i < PROBED + problems.heldOut(); i++) {
      Problem p = i < PROBED ? problems.training(i) : problems.heldOut(i - PROBED);
      int length = 1 + material.text().tokenizer().encode(p.prompt()).length;
      if ((long) length + settings.most() > material.longest()) {
        throw new InvalidInput("Problem " + p.id() + " has " + length + " tokens, and with objective.reinforce.new-tokens = " + settings.most() + " it is longer than the " + material.longest()
            + " that the policy can take; make problems or answers shorter.");
      }
    }
  }

  @Override
  public List<String> notes() {
    return settings.decoder() ? List.of("Ratios are to the log-probabilities that the decoder saw (objective.reinforce.old = decoder), which differ from the training program's by rounding; decoder-difference in metrics.jsonl"
        + " says by how much.") : List.of();
  }

  /** Samples of the longest length; most end before. */
  @Override
  public Pace pace(Lesson lesson) {
    double prompt = 0;
    // Before the tokenizer is there, as when sizes are matched, bytes stand for tokens.
    for (int i = 0; i < PROBED; i++) {
      String text = problems.training(i).prompt();
      prompt += (1.0 + (tokenizer == null ? text.getBytes(StandardCharsets.UTF_8).length : tokenizer.encode(text).length)) / PROBED;
    }
    int updates = settings.epochs() * settings.minibatches();
    return new Pace((double) settings.samples() * settings.most() / updates, false, settings.samples() / settings.minibatches(), Roller.rows((int) Math.ceil(prompt) + settings.most() - 1),
        (settings.hasReference() ? 3.0 : 2.0) / settings.epochs());
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
