package org.vulpes.objective.reinforce;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.generation.Continuation;
import org.vulpes.generation.Ending;
import org.vulpes.generation.Prompt;
import org.vulpes.generation.Sampling;
import org.vulpes.objective.StepBatch;
import org.vulpes.objective.Supply;
import org.vulpes.reward.Panel;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Problems;
import org.vulpes.reward.Sample;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Random64;
import org.vulpes.slot.Snapshot;

/** Makes rollouts: draws problems, lets the policy write, has it judged, and turns rewards into advantages. What it draws follows from the run's seed and from how many problems it has used. */
final class Roller {
  private static final int MULTIPLE = 16;

  private final Settings settings;
  private final Problems problems;
  private final Panel rewards;
  /** How rewards failed, as far as people were told. */
  private final Set<String> told = new HashSet<>();
  /** Problems used so far. */
  private long used;
  /** REINFORCE's running mean of rewards, and how many rollouts are in it. */
  private double baseline;
  private long baselines;

  Roller(Settings settings, Problems problems, Panel rewards) {
    this.settings = settings;
    this.problems = problems;
    this.rewards = rewards;
  }

  /** Samples of one prompt, judged. */
  private record Group(Problem problem, int[] prompt, List<Continuation> samples, double[] rewards) {}

  /** What is counted on the way. */
  private static final class Tally {
    final SortedMap<String, Double> sums = new TreeMap<>();
    int groups;
    int equal;
    final SortedMap<String, Integer> contained = new TreeMap<>();
    int samples;
    long tokens;
    long ended;
    double rewards;
    int judged;
  }

  Rollout roll(Supply supply) {
    var tally = new Tally();
    var kept = new ArrayList<Group>();
    var spare = new ArrayList<Group>();
    for (int round = 0; kept.size() < settings.prompts() && round < Math.max(1, settings.rounds()); round++) {
      for (Group g : groups(supply, settings.prompts() - kept.size(), tally)) {
        if (settings.rounds() > 0 && Advantages.equal(g.rewards)) spare.add(g);
        else kept.add(g);
      }
    }
    // When even many rounds bring too few, groups that teach nothing fill up, so that every rollout has the same shape.
    for (Group g : spare) if (kept.size() < settings.prompts()) kept.add(g);
    return rollout(supply, kept, tally);
  }

  /** Length of a rollout's rows when the longest needs so many tokens. */
  static int rows(int longest) {
    return (longest + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
  }

  private List<Group> groups(Supply supply, int count, Tally tally) {
    var tokenizer = supply.tokenizer();
    Ending ending = Ending.text(settings.most(), tokenizer, settings.stops());
    // Trials with other seeds meet other problems: each has a row of its own in the source's endless supply.
    long start = Random64.of(supply.seed(), "problems").bits(0) >>> 24;
    var drawn = new ArrayList<Problem>();
    var prompts = new ArrayList<Prompt>();
    for (int i = 0; i < count; i++, used++) {
      Problem p = problems.training(start + used);
      int[] ids = tokenizer.encode(p.prompt());
      var tokens = new int[ids.length + 1];
      tokens[0] = tokenizer.endOfText();
      System.arraycopy(ids, 0, tokens, 1, ids.length);
      drawn.add(p);
      prompts.add(new Prompt(tokens, settings.group(), Random64.of(supply.seed(), "rollout", Long.toString(used)).bits(0)));
    }
    var written = supply.generator().generate(prompts, Sampling.temperature(settings.temperature()), ending, (p, s, token) -> {});
    var samples = new ArrayList<Sample>();
    for (Continuation c : written) {
      boolean ended = c.end() != Continuation.End.LENGTH;
      samples.add(new Sample(drawn.get(c.prompt()), ending.text(c.tokens(), tokenizer), c.tokens().length, ended, settings.most()));
      tally.tokens += c.tokens().length;
      if (ended) tally.ended++;
    }
    tally.samples += samples.size();
    long begun = System.nanoTime();
    var verdicts = rewards.score(samples);
    supply.spent("rewards", System.nanoTime() - begun);
    verdicts.contained().forEach((failure, n) -> {
      tally.contained.merge(failure, n, Integer::sum);
      if (told.add(failure)) supply.said("reward " + failure + " (" + n + " of " + samples.size() + " samples): such samples teach nothing and are counted in metrics.jsonl as contained");
    });
    verdicts.parts().forEach((name, scores) -> Arrays.stream(scores).filter(Double::isFinite).forEach(x -> tally.sums.merge(name, x, Double::sum)));
    var out = new ArrayList<Group>();
    for (int i = 0; i < count; i++) {
      double[] own = Arrays.copyOfRange(verdicts.totals(), i * settings.group(), (i + 1) * settings.group());
      for (double r : own) {
        if (Double.isNaN(r)) continue;
        tally.rewards += r;
        tally.judged++;
      }
      if (settings.group() > 1 && Advantages.equal(own)) tally.equal++;
      tally.groups++;
      out.add(new Group(drawn.get(i), prompts.get(i).tokens(), written.subList(i * settings.group(), (i + 1) * settings.group()), own));
    }
    return out;
  }

  private Rollout rollout(Supply supply, List<Group> groups, Tally tally) {
    int n = groups.size() * settings.group(), longest = 0;
    for (Group g : groups) for (Continuation c : g.samples) longest = Math.max(longest, g.prompt.length + c.tokens().length - 1);
    int length = rows(longest);
    var tokens = new int[n * length];
    var targets = new int[n * length];
    var decoded = new float[n * length];
    var taught = new float[n * length];
    Arrays.fill(targets, -1);
    long bytes = 0;
    int row = 0;
    for (Group g : groups) {
      for (int s = 0; s < settings.group(); s++, row++) {
        Continuation c = g.samples.get(s);
        int[] written = c.tokens();
        System.arraycopy(g.prompt, 0, tokens, row * length, g.prompt.length);
        System.arraycopy(written, 0, tokens, row * length + g.prompt.length, Math.min(written.length, length - g.prompt.length));
        boolean teaches = !Double.isNaN(g.rewards[s]) && !(settings.filterOverlong() && c.end() == Continuation.End.LENGTH);
        for (int t = 0; t < written.length; t++) {
          int at = row * length + g.prompt.length - 1 + t;
          targets[at] = written[t];
          decoded[at] = c.logProbabilities()[t];
          taught[at] = teaches ? 1 : 0;
        }
        bytes += supply.tokenizer().decode(written).getBytes(StandardCharsets.UTF_8).length;
      }
    }
    var rows = new StepBatch(n, length, new TreeMap<>(Map.of(StepBatch.TOKENS, tokens, StepBatch.TARGETS, targets, StepBatch.FIRST_VISIBLE, new int[n * length], StepBatch.WEIGHT, new float[n * length])),
        0, 0, 0, new TreeMap<>());
    var policy = new Probabilities("old log-probabilities", "", settings.temperature(), settings.hasValues());
    var now = supply.forward(policy, rows);
    // Generation counts as one more pass over the rows: prompts pass once a group, tokens one by one.
    double flops = 2 * supply.flops(policy, rows);
    float[] recomputed = negated(now.get(Probabilities.NLL));
    float[] reference = new float[n * length];
    if (settings.hasReference()) {
      var other = new Probabilities("reference log-probabilities", Reinforce.POLICY, settings.temperature(), false);
      reference = negated(supply.forward(other, rows).get(Probabilities.NLL));
      flops += supply.flops(other, rows);
    }
    float[] old = settings.decoder() ? decoded : recomputed;
    var statistics = statistics(tally, groups, targets, recomputed, decoded);
    var values = settings.hasValues() ? now.get(Probabilities.VALUES) : new float[n * length];
    var returns = new float[n * length];
    float[] advantage = advantages(groups, length, targets, taught, old, reference, values, returns);
    return new Rollout(n, length, tokens, targets, taught, old, reference, advantage, returns, values, tally.tokens, bytes, flops, statistics, Random64.of(supply.seed(), "updates", Long.toString(used)).bits(0));
  }

  private static float[] negated(float[] x) {
    var out = new float[x.length];
    for (int i = 0; i < x.length; i++) out[i] = -x[i];
    return out;
  }

  private SortedMap<String, Double> statistics(Tally tally, List<Group> groups, int[] targets, float[] recomputed, float[] decoded) {
    var out = new TreeMap<String, Double>();
    out.put("reward", tally.judged == 0 ? 0 : tally.rewards / tally.judged);
    tally.sums.forEach((name, sum) -> out.put("reward." + name, sum / tally.samples));
    out.put("length", (double) tally.tokens / tally.samples);
    out.put("ended", (double) tally.ended / tally.samples);
    out.put("equal-groups", (double) tally.equal / tally.groups);
    out.put("contained", tally.contained.values().stream().mapToDouble(n -> n).sum());
    tally.contained.forEach((failure, n) -> out.put("contained." + failure, (double) n));
    out.put("samples", (double) tally.samples);
    double worst = 0, surprise = 0;
    int count = 0;
    for (int i = 0; i < targets.length; i++) {
      if (targets[i] < 0) continue;
      worst = Math.max(worst, Math.abs(recomputed[i] - decoded[i]));
      surprise -= recomputed[i];
      count++;
    }
    out.put("decoder-difference", worst);
    // The mean of −log π over what π drew estimates its entropy.
    out.put("entropy", surprise / count);
    if (settings.decoder()) out.put("old-by-decoder", 1.0);
    return out;
  }

  /** One figure a token, at the position that predicts it. @param returns is filled for a value head */
  private float[] advantages(List<Group> groups, int length, int[] targets, float[] taught, float[] old, float[] reference, float[] values, float[] returns) {
    var out = new float[targets.length];
    int row = 0;
    double sum = 0;
    int judged = 0;
    for (Group g : groups) {
      double[] rewards = g.rewards.clone();
      // A divergence in the reward: β Σ (log π − log π_ref) is taken off the sample's own.
      if (settings.hasReference() && settings.klInReward() && !settings.hasValues()) {
        for (int s = 0; s < rewards.length; s++) {
          for (int i = (row + s) * length; i < (row + s + 1) * length; i++) if (targets[i] >= 0) rewards[s] -= settings.beta() * (old[i] - reference[i]);
        }
      }
      double[] each = switch (settings.algorithm()) {
        case GRPO, DR_GRPO -> Advantages.group(rewards, settings.deviation());
        case RLOO -> Advantages.leaveOneOut(rewards);
        case REINFORCE -> aboveBaseline(rewards);
        case PPO -> rewards;
      };
      for (int s = 0; s < rewards.length; s++, row++) {
        if (!Double.isNaN(rewards[s])) {
          sum += rewards[s];
          judged++;
        }
        if (settings.hasValues()) generalised(g, s, row, length, targets, old, reference, values, out, returns);
        else for (int i = row * length; i < (row + 1) * length; i++) if (targets[i] >= 0) out[i] = (float) each[s];
      }
    }
    if (settings.algorithm() == Settings.Algorithm.REINFORCE && judged > 0) {
      baseline = baselines == 0 ? sum / judged : settings.baselineDecay() * baseline + (1 - settings.baselineDecay()) * sum / judged;
      baselines++;
    }
    if (settings.hasValues() && settings.value().whiten()) whiten(out, taught);
    return out;
  }

  private double[] aboveBaseline(double[] rewards) {
    var out = new double[rewards.length];
    for (int i = 0; i < out.length; i++) out[i] = Double.isNaN(rewards[i]) ? 0 : rewards[i] - baseline;
    return out;
  }

  /** The reward comes with the last token, the divergence with each. */
  private void generalised(Group g, int s, int row, int length, int[] targets, float[] old, float[] reference, float[] values, float[] advantage, float[] returns) {
    if (Double.isNaN(g.rewards[s])) return;
    int first = row * length + g.prompt.length - 1, n = g.samples.get(s).tokens().length;
    var each = new double[n];
    var worth = new double[n];
    for (int t = 0; t < n; t++) {
      worth[t] = values[first + t];
      if (settings.hasReference() && settings.klInReward()) each[t] = -settings.beta() * (old[first + t] - reference[first + t]);
    }
    each[n - 1] += g.rewards[s];
    double[] found = Advantages.generalised(each, worth, settings.value().gamma(), settings.value().lambda());
    for (int t = 0; t < n; t++) {
      advantage[first + t] = (float) found[t];
      returns[first + t] = (float) (found[t] + worth[t]);
    }
  }

  /** Mean 0 and deviation 1 over the taught tokens. */
  private static void whiten(float[] x, float[] taught) {
    double sum = 0, squares = 0, n = 0;
    for (int i = 0; i < x.length; i++) {
      if (taught[i] == 0) continue;
      sum += x[i];
      n++;
    }
    if (n < 2) return;
    for (int i = 0; i < x.length; i++) if (taught[i] != 0) squares += (x[i] - sum / n) * (x[i] - sum / n);
    double scale = Math.sqrt(squares / n);
    if (scale == 0) return;
    for (int i = 0; i < x.length; i++) if (taught[i] != 0) x[i] = (float) ((x[i] - sum / n) / scale);
  }

  Map<String, Object> save() {
    return Map.of("used", used, "baseline", baseline, "baselines", baselines);
  }

  void restore(Snapshot s) {
    used = s.whole("used");
    baselines = s.whole("baselines");
    if (!(s.values().get("baseline") instanceof Number b)) throw new InvalidInput("State of 'objective-reinforce' lacks the number 'baseline'; the checkpoint is damaged.");
    baseline = b.doubleValue();
  }
}
