package org.vulpes.report;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.curriculum.Curriculum.Planned;
import org.vulpes.curriculum.Lesson;
import org.vulpes.evaluation.ItemFile;
import org.vulpes.evaluation.ItemResult;
import org.vulpes.evaluation.Score;
import org.vulpes.model.ParameterCount;
import org.vulpes.study.Arm;
import org.vulpes.study.Design;
import org.vulpes.study.Metric;
import org.vulpes.study.References;
import org.vulpes.study.Steps;
import org.vulpes.study.StudyPlan;
import org.vulpes.study.StudyResult;
import org.vulpes.study.TrialResult;
import org.vulpes.study.TuningGrid;
import org.vulpes.study.TuningTrial;
import org.vulpes.study.matching.Dimension;
import org.vulpes.study.matching.Match;
import org.vulpes.study.matching.Quantity;
import org.vulpes.study.statistics.DecisionRule;
import org.vulpes.study.statistics.Spending;

/** A study made up by hand: bits per byte of each arm by seed, NaN for a trial that diverged, and metrics that fall towards them. */
final class Example {
  static final long TOKENS = 2_000_000;
  private final Path folder;
  private final Map<String, double[]> arms = new LinkedHashMap<>();
  private String question = "Does it help?";
  private String reason = "The loss at step 41 is NaN: the run diverged.";
  private String sample = "";
  private String exploratory = "";
  private final List<TuningTrial> tuning = new ArrayList<>();
  private final List<TrialResult> pilot = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private List<Integer> looks = List.of();
  private int unfinished;
  private boolean matched;
  private String weights = "";
  private Metric metric = Metric.BITS_PER_BYTE;
  private Optional<References> references = Optional.empty();
  private SortedMap<String, Double> domains = new TreeMap<>(Map.of("code", -0.3, "prose", 0.1, "speech", 0.2));

  Example(Path folder) {
    this.folder = folder;
  }

  Example arm(String name, double... bitsPerByte) {
    arms.put(name, bitsPerByte);
    return this;
  }

  Example question(String words) {
    question = words;
    return this;
  }

  Example reason(String words) {
    reason = words;
    return this;
  }

  Example sample(String words) {
    sample = words;
    return this;
  }

  Example exploratory(String words) {
    exploratory = words;
    return this;
  }

  /** The last trials in the order of seeds, then arms, have not ended. */
  Example unfinished(int trials) {
    unfinished = trials;
    return this;
  }

  /** What domains count in the metric, as HOCON. */
  Example weights(String hocon) {
    weights = ", training.metric-weights { " + hocon + " }";
    return this;
  }

  /** The arms' numbers are not bits per byte but this, over 100 items; the first items' texts lie in the trials' folders. */
  Example metric(String name, boolean higher) {
    metric = new Metric(name, higher);
    return this;
  }

  /** The second arm is matched to the first. */
  Example matched() {
    matched = true;
    return this;
  }

  Example references() {
    references = Optional.of(new References(2.7812, new TreeMap<>(Map.of("code", 2.1, "prose", 3.05, "speech", 3.1)), 2.4177,
        new TreeMap<>(Map.of("code", 2.0, "prose", 2.6, "speech", 2.66)), 1_234_567));
    return this;
  }

  /** A made-up tuning of every arm over one learning-rate grid; the first arm's choice stands inside, the others' at the upper edge. */
  Example tuned() {
    int i = 0;
    for (String arm : arms.keySet()) {
      int n = 0;
      for (String rate : List.of("1e-3", "3e-3", "1e-2", "3e-2")) {
        boolean first = i == 0;
        double bits = first ? 2.1 + 0.01 * Math.abs(n - 2) : 2.2 - 0.01 * n;
        tuning.add(new TuningTrial(arm, new TreeMap<>(Map.of("optimizer.adamw.lr", rate)), 1001, "finished", bits, first ? n == 2 : n == 3));
        n++;
      }
      i++;
    }
    return this;
  }

  Example pilot(double... bits) {
    for (double b : bits) {
      pilot.add(new TrialResult(arms.keySet().iterator().next(), 2001 + pilot.size(), "finished", "", "c0ffee0", b, new TreeMap<>(), 0.02, 500, TOKENS, 6_543_210, 4.2e13, 754.3, 1, new TreeMap<>(), new TreeMap<>()));
    }
    return this;
  }

  Example looks(Integer... seeds) {
    looks = List.of(seeds);
    return this;
  }

  Example remark(String words) {
    remarks.add(words);
    return this;
  }

  Example domain(String name, double offset) {
    domains = new TreeMap<>(Map.of(name, offset));
    return this;
  }

  StudyResult result() throws IOException {
    int n = arms.values().iterator().next().length;
    var seeds = java.util.stream.LongStream.rangeClosed(1, n).boxed().toList();
    var planned = new ArrayList<Arm>();
    for (String name : arms.keySet()) {
      int i = planned.size();
      var parts = new TreeMap<>(Map.of("attention", 400_000L + 10_000 * i, "embedding", 262_144L, "feedforward", 800_000L, "norm", 1_152L));
      long total = parts.values().stream().mapToLong(x -> x).sum();
      planned.add(new Arm(name, i == 0 ? "" : "model.layers = " + (3 + i), ConfigFactory.parseString("model.layers = " + (2 + i) + ", training.tokens = " + TOKENS + weights + ", name = \"</pre><script>\""), "c0ffee" + i, new ParameterCount(parts, total, total - 262_144), 4.2e13 + 1e11 * i,
          new Steps(600, true), 2048, lessons(i), matched && i == 1 ? Optional.of(new Match(Quantity.NON_EMBEDDING, 1_116_288, 1_119_664, new TreeMap<>(Map.of(Dimension.WIDTH, 208, Dimension.FFN, 424)))) : Optional.empty()));
    }
    var trials = new ArrayList<TrialResult>();
    int left = n * arms.size() - unfinished;
    for (int s = 0; s < n; s++) {
      for (Arm a : planned) {
        if (left-- <= 0) break;
        double bits = arms.get(a.name())[s];
        boolean finished = Double.isFinite(bits);
        var byDomain = new TreeMap<String, Double>();
        if (finished) domains.forEach((d, o) -> byDomain.put(d, bits + o));
        metrics(a.name(), s + 1, finished ? bits : 2, finished ? TOKENS : 400_000, finished);
        trials.add(new TrialResult(a.name(), s + 1, finished ? "finished" : "diverged", finished ? "" : reason, a.hash(), bits, byDomain, finished ? 0.02 : Double.NaN, finished ? 500 : 40,
            finished ? TOKENS : 160_000, 6_543_210, 4.2e13, 754.3, 123_456_789, new TreeMap<>(Map.of("prose", 1.25)),
            metric.isBits() ? new TreeMap<>() : new TreeMap<>(Map.of(metric.name(), new Score(bits, 0.03, 100, 100)))));
        if (!metric.isBits()) written(a.name(), s + 1, bits);
      }
    }
    String baseline = planned.getFirst().name();
    var textual = new TreeMap<String, long[]>();
    domains.keySet().forEach(d -> textual.put(d, new long[] {3_000_000, 120_000}));
    var plan = new StudyPlan("example", question, baseline, planned, seeds, looks.isEmpty() ? Design.fixed(seeds.size()) : new Design(looks, Spending.OBRIEN_FLEMING, true, false, List.of(), TuningGrid.NONE), metric, 0.01, 0.05, "9f86d081884c7d65", TOKENS, "d7a8fbb307d78094", textual, "e3b0c44298fc1c14",
        4, 2, "jvm 0.1.0, AMD EPYC, 256 bit", Double.NaN);
    var comparisons = arms.keySet().stream().skip(1).map(a -> new DecisionRule.Comparison(a, values(trials, baseline, seeds), values(trials, a, seeds))).toList();
    var verdicts = comparisons.isEmpty() ? List.<org.vulpes.study.statistics.Verdict>of() : 
        looks.size() > 1 ? new DecisionRule(0.05, 0.01, metric.higher()).judge(comparisons, plan.design().schedule(), 0) : new DecisionRule(0.05, 0.01, metric.higher()).judge(comparisons);
    return new StudyResult(plan, trials, pilot, tuning, verdicts, references, sample, exploratory, remarks, plan.trials() - trials.size(), folder, "vulpes run experiments/example.conf");
  }

  /** What a trial wrote before its first step and after its last, and its metric there. */
  private void written(String arm, long seed, double value) throws IOException {
    Path trial = folder.resolve("trials").resolve(arm + "-s" + seed), items = trial.resolve("evaluations").resolve(metric.evaluation());
    var measured = new StringBuilder();
    for (int step : new int[] {0, 500}) {
      double now = step == 0 ? 0.1 : value;
      ItemFile.write(items.resolve(step + ".jsonl"), List.of(new ItemResult("problems", "2+2=", "2+2=", "", new TreeMap<>(Map.of(metric.metric(), step == 0 ? 0.0 : 1.0)), Map.of("texts", List.of(step == 0 ? "5|" : "4")))));
      measured.append(String.format(Locale.ROOT, "{\"evaluations\":{\"%s\":{\"%s\":%.4f}},\"seconds\":%d,\"step\":%d,\"tokens\":%d}%n", metric.evaluation(), metric.metric(), now, step, step, step * 4000L));
      measured.append(String.format(Locale.ROOT, "{\"loss\":0.1,\"statistics\":{\"reward\":%.4f,\"samples\":50,\"decoder-difference\":2.5e-6,\"contained.close throws ArithmeticException\":2},\"step\":%d,\"tokens\":%d}%n", now, step + 1, step * 4000L + 1));
    }
    Path metrics = trial.resolve("metrics.jsonl");
    Files.writeString(metrics, measured + Files.readString(metrics));
  }

  private double[] values(List<TrialResult> trials, String arm, List<Long> seeds) {
    return seeds.stream().mapToDouble(s -> trials.stream().filter(t -> t.arm().equals(arm) && t.seed() == s).mapToDouble(metric::of).findFirst().orElse(Double.NaN))
        .toArray();
  }

  private List<Planned> lessons(int arm) {
    if (arm % 2 == 0) return List.of(new Planned(0, "flat", new Lesson(256, 4096, new TreeMap<>())));
    var first = new TreeMap<String, Double>();
    var second = new TreeMap<String, Double>();
    int i = 1;
    for (String d : domains.keySet()) {
      first.put(d, (double) i);
      second.put(d, 5.0 - i++);
    }
    return List.of(new Planned(0, "short", new Lesson(128, 2048, first)), new Planned(780_000, "long", new Lesson(512, 4096, second)));
  }

  /** 500 steps and 10 evaluations a budget, with a wobble that differs by seed. */
  private void metrics(String arm, long seed, double bits, long until, boolean finished) throws IOException {
    var text = new StringBuilder();
    for (int step = 1; step <= 500 && step * 4000L <= until; step++) {
      long tokens = step * 4000L;
      double share = (double) tokens / TOKENS;
      double level = bits + 3 * Math.exp(-6 * share) - 3 * Math.exp(-6) + 0.02 * Math.sin(seed + 7 * share) * (1 - share);
      String loss = !finished && tokens == until ? "\"NaN\"" : String.format(Locale.ROOT, "%.6f", level * 1.9 + 0.1 * Math.sin(12.9898 * step + seed));
      text.append(String.format(Locale.ROOT, "{\"batch-tokens\":4096,\"gradient-norm\":0.5,\"flops\":%.1f,\"learning-rate\":%.8f,\"loss\":%s,\"sequence-length\":256,\"step\":%d,\"tokens\":%d}%n",
          4.2e13 * share, 0.003 * Math.min(share / 0.05, 0.5 * (1.1 + Math.cos(Math.PI * share))), loss, step, tokens));
      if (step % 50 == 0) {
        text.append(String.format(Locale.ROOT, "{\"bits-per-byte\":%.6f,\"domains\":{\"prose\":2.0},\"flops\":%.1f,\"seconds\":%.3f,\"step\":%d,\"tokens\":%d}%n", level, 4.2e13 * share, 700 * share + seed, step, tokens));
      }
    }
    text.append("{\"step\":501,\"tok");
    Path file = folder.resolve("trials").resolve(arm + "-s" + seed).resolve("metrics.jsonl");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
