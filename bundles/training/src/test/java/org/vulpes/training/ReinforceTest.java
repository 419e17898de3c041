package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.corpus.TokenStore;
import org.vulpes.curriculum.Lesson;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Recording;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.reference.ReferenceDevice;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.model.Weights;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Material;
import org.vulpes.objective.Objective;
import org.vulpes.objective.Pace;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.slot.InvalidInput;

/** The objective that learns from rewards, in whole runs on a model of some thousand parameters. */
class ReinforceTest {
  private static final String ARITHMETIC = "problems.arithmetic { digits = 1, held-out = 5 }, objective { use = reinforce, reinforce { prompts = 4, group = 4, new-tokens = 6, "
      + "rewards { correct { use = exact }, near { use = vowels, weight = 0.5 } } %s } }, training { tokens = 500, evaluations = 1, checkpoint-every = 3 }, optimizer.adamw.lr = 1e-2 %s";

  private final Workshop workshop = new Workshop();
  @TempDir Path folder;
  private TokenStore store;

  @BeforeEach
  void store() {
    store = workshop.store(folder.resolve("cache"));
  }

  /** From a policy that was pretrained for a moment: what divergences are from. */
  private Config config(String reinforce, String more) {
    Path base = folder.resolve("base");
    if (!Files.exists(base)) train(workshop.config("training { tokens = 640, evaluations = 1 }"), "base", 100);
    return workshop.config(ARITHMETIC.formatted(", " + reinforce, more + ", init = \"" + base + "\""));
  }

  private Outcome train(Config config, String run, int steps) {
    var left = new AtomicInteger(steps);
    try (var r = TrainingRun.open(new RunOrder(config, 3, store, folder.resolve(run), ""), Workshop.ONE_TEXT, workshop, SwapCoordinator.over(workshop), new RunListener() {})) {
      return r.train(() -> left.getAndDecrement() <= 0);
    }
  }

  private List<JsonNode> steps(String run) throws IOException {
    var out = new ArrayList<JsonNode>();
    for (String line : Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl"))) {
      JsonNode n = new ObjectMapper().readTree(line);
      if (n.has("loss")) out.add(n);
    }
    return out;
  }

  private static double of(JsonNode step, String name) {
    JsonNode n = step.findValue(name);
    assertTrue(n != null, () -> name + " in " + step);
    return n.asDouble();
  }

  @ParameterizedTest
  @ValueSource(strings = {"algorithm = grpo, minibatches = 2, epochs = 2", "algorithm = dr-grpo, kl = k2, beta = 0.01", "algorithm = rloo", "algorithm = reinforce", "algorithm = ppo, epochs = 2",
      "algorithm = grpo, kl = none, clip-high = 0.28, mean = token, dynamic-sampling = true, filter-overlong = true"})
  void aFreshPolicysRatioIsExactlyOneAndTheDecoderAgrees(String algorithm) throws IOException {
    assertEquals(Outcome.Status.FINISHED, train(config(algorithm, ""), "a", 100).status());
    JsonNode first = steps("a").getFirst();
    if (!algorithm.contains("rloo") && !algorithm.contains("reinforce")) assertEquals(0, of(first, "ratio-distance"), 0);
    if (!algorithm.contains("none") && !algorithm.contains("reinforce")) assertEquals(0, of(first, "kl"), 0);
    for (JsonNode s : steps("a")) if (s.findValue("decoder-difference") != null) assertTrue(of(s, "decoder-difference") <= 1e-4, s.toString());
    assertEquals(0, of(first, "contained"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void resumesWithTheSameSamplesInTheMiddleOfARollout(int stop) throws IOException {
    Config config = config("algorithm = ppo, epochs = 2, minibatches = 2", "");
    train(config, "whole", 100);
    assertEquals(Outcome.Status.STOPPED, train(config, "parts", stop).status());
    train(config, "parts", 100);
    assertEquals(steps("whole").size(), steps("parts").size());
    for (int i = 0; i < steps("whole").size(); i++) assertEquals(steps("whole").get(i), steps("parts").get(i));
    assertArrayEquals(weights("whole"), weights("parts"));
  }

  private byte[] weights(String run) throws IOException {
    try (var all = Files.list(folder.resolve(run).resolve("checkpoints"))) {
      return Files.readAllBytes(all.max(java.util.Comparator.comparingLong(p -> Long.parseLong(p.getFileName().toString()))).orElseThrow().resolve("model.safetensors"));
    }
  }

  @Test
  void groupsWithEqualRewardsTeachNothingAndAreCounted() throws IOException {
    train(workshop.config("problems.arithmetic.digits = 1, objective { use = reinforce, reinforce { prompts = 4, group = 4, new-tokens = 6, kl = none, rewards { all { use = format } } } }, "
        + "training { tokens = 200, evaluations = 1 }"), "a", 100);
    for (JsonNode s : steps("a")) {
      assertEquals(1, of(s, "equal-groups"));
      assertEquals(0, of(s, "gradient-norm"));
      assertEquals(0, of(s, "loss"));
      assertEquals(1, of(s, "reward"));
    }
  }

  @Test
  void aRewardThatFailsIsContainedAndCounted() throws IOException {
    train(config("", ", objective.reinforce.rewards.bad.use = failing"), "a", 100);
    JsonNode first = steps("a").getFirst();
    assertEquals(16, of(first, "contained"));
    assertEquals(16, of(first, "contained.bad throws IllegalStateException"));
    assertEquals(0, of(first, "gradient-norm"), 1e-12);
  }

  /** A run that is rewarded for whatever it writes, and after three updates for vowels. */
  private Config swapped(String use) {
    return workshop.config("problems.arithmetic.digits = 1, reward.use = format, objective { use = reinforce, reinforce { prompts = 4, group = 4, new-tokens = 6, kl = none } }, "
        + "training { tokens = 700, evaluations = 1, checkpoint-every = 2 }, swaps = [{ at = \"3 steps\", slot = reward, use = " + use + " }]");
  }

  @Test
  void theRewardIsExchangedWhileTheRunGoesOnAndStaysSoWhenItIsResumed() throws IOException {
    Config config = swapped("vowels");
    train(config, "whole", 100);
    for (JsonNode s : steps("whole")) assertEquals(s.path("step").asLong() <= 3, of(s, "reward") == 1, s.toString());
    assertTrue(steps("whole").size() > 6);
    assertEquals(1, of(steps("whole").get(2), "equal-groups"));
    assertTrue(of(steps("whole").get(3), "equal-groups") < 1, "rewards differ from the swap on");
    train(config, "parts", 5);
    train(config, "parts", 100);
    assertEquals(steps("whole"), steps("parts"));
    assertArrayEquals(weights("whole"), weights("parts"));
  }

  @Test
  void aRewardThatCannotJudgeARightAnswerDoesNotTakeOver() {
    String said = assertThrows(org.vulpes.slot.SwapFailed.class, () -> train(swapped("nothing"), "a", 100)).getMessage();
    assertTrue(said.contains("it gives NaN for '") && said.contains("the right answer to '"), said);
    assertThrows(org.vulpes.slot.SwapFailed.class, () -> train(swapped("failing"), "b", 100));
  }

  @Test
  void evaluationsPutTheProblemsOfTheRunButForWhatTheySayOtherwise() throws IOException {
    train(workshop.config("problems.arithmetic { digits = 1, held-out = 5 }, evaluations { same { use = problems, problems.new-tokens = 2 }, longer { use = problems, problems { new-tokens = 2, "
        + "problems.arithmetic.terms = 3 } } }, training { tokens = 64, evaluations = 1 }"), "a", 100);
    for (String name : List.of("same", "longer")) {
      for (String step : List.of("0.jsonl", "1.jsonl")) {
        var items = org.vulpes.evaluation.ItemFile.read(folder.resolve("a/evaluations").resolve(name).resolve(step));
        assertEquals(5, items.size());
        for (var item : items) assertTrue(item.id().matches(name.equals("same") ? "\\d\\+\\d=" : "\\d\\+\\d\\+\\d="), item.id());
      }
    }
  }

  @Test
  void theDecodersProbabilitiesCanBeUsedAndAreNamed() throws IOException {
    train(config("old = decoder", ""), "a", 100);
    assertEquals(1, of(steps("a").getFirst(), "old-by-decoder"));
    assertTrue(trainee(config("old = decoder", "")).objective().notes().getFirst().contains("old = decoder"));
    assertTrue(of(steps("a").getFirst(), "ratio-distance") <= 1e-4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpo", "dr-grpo", "rloo", "reinforce", "ppo"})
  void everyAlgorithmRaisesTheReward(String algorithm) throws IOException {
    train(workshop.config("problems.arithmetic.digits = 1, objective { use = reinforce, reinforce { algorithm = " + algorithm + ", kl = none, prompts = 8, group = 8, new-tokens = 6, "
        + "rewards { vowels { use = vowels } } } }, training { tokens = 12000, evaluations = 1 }, optimizer.adamw { lr = 1e-2 }"), "a", 1000);
    List<JsonNode> steps = steps("a");
    double before = of(steps.getFirst(), "reward"), after = of(steps.getLast(), "reward");
    assertTrue(after > before + 0.05, before + " became " + after);
  }

  @Test
  void aStepCostsAndTakesWhatThePlanSays() throws IOException {
    Config config = config("algorithm = grpo, epochs = 2, minibatches = 2", "");
    train(config, "a", 100);
    Trainee trainee = trainee(config);
    Pace pace = trainee.objective().pace(new Lesson(16, 32, Map.of()));
    assertEquals(4 * 4 * 6 / 4.0, pace.tokens());
    assertFalse(pace.exact());
    // The first of a rollout's four updates carries what the rollout has cost.
    assertEquals(4 * StepCost.flops(trainee, pace), of(steps("a").get(3), "flops"), 0.01 * 4 * StepCost.flops(trainee, pace));
    assertTrue(steps("a").size() >= Math.ceil(500 / pace.tokens()), () -> "steps: " + pace);
  }

  private Trainee trainee(Config config) {
    return Trainee.of(config, workshop, store.tokenizer().vocabularySize()).check(store.tokenizer());
  }

  @Test
  void problemsThatThePolicyCannotTakeAreSaidBefore() {
    var material = new Material(store, List.of(3L), List.of(), 500, 9);
    String said = assertThrows(InvalidInput.class, () -> trainee(config("", "")).check(material)).getMessage();
    assertTrue(said.matches("Problem \\d\\+\\d= has 5 tokens, and with objective.reinforce.new-tokens = 6 it is longer than the 9 that the policy can take.*"), said);
  }

  @Test
  void whatCannotWorkIsSaidBefore() {
    assertTrue(refused("group = 1").contains("objective.reinforce.group = 1 leaves grpo nothing to compare"));
    assertTrue(refused("minibatches = 3").contains("minibatches = 3 does not divide the 16 samples"));
    assertTrue(refused("algorithm = rloo, epochs = 2").contains("epochs makes later updates learn from samples of an older policy"));
    assertTrue(refused("algorithm = rloo, clip-high = 0.3").contains("clip-high is of no use"));
    assertTrue(refused("rewards.correct.exact.cas = false").contains("did you mean 'case'?"));
  }

  private String refused(String reinforce) {
    return assertThrows(InvalidInput.class, () -> train(config(reinforce, ""), "x", 1)).getMessage();
  }

  /** The loss in float64 by the papers' formulas from the policy's own log-probabilities, and its gradient by differences. */
  @ParameterizedTest
  @ValueSource(strings = {"grpo", "dr-grpo, kl = k1", "grpo, kl = k2, clip-high = 0.28", "rloo", "reinforce", "ppo"})
  void lossAndGradientAreThoseOfTheFormulas(String algorithm) {
    Config config = config("algorithm = " + algorithm + ", temperature = 0.7", "");
    Objective objective = workshop.<Objective>plugin("objective", "reinforce").create(org.vulpes.slot.Options.at(config, "objective.reinforce"));
    Decoder decoder = Decoder.of(config, workshop, 259);
    int n = 3, length = 8, size = n * length;
    var random = new Random(5);
    var tokens = random.ints(size, 0, 259).toArray();
    var targets = new int[size];
    var inputs = new HashMap<String, double[]>();
    for (String name : List.of("old", "reference", "advantage", "weight", "share", "values", "returns")) inputs.put(name, new double[size]);
    for (int i = 0; i < size; i++) {
      targets[i] = i % length < 3 ? -1 : tokens[(i + 1) % size];
      if (targets[i] < 0) continue;
      inputs.get("old")[i] = -5.5 + random.nextGaussian() * 0.3;
      inputs.get("reference")[i] = -5.5 + random.nextGaussian() * 0.3;
      inputs.get("advantage")[i] = random.nextGaussian();
      inputs.get("weight")[i] = random.nextDouble();
      inputs.get("share")[i] = 1.0 / 15;
      inputs.get("values")[i] = random.nextGaussian();
      inputs.get("returns")[i] = random.nextGaussian();
    }
    try (var device = new ReferenceDevice(); var weights = Weights.allocate(decoder, device)) {
      weights.initialise(1);
      BatchGraph b = BatchGraph.of(new org.vulpes.objective.Models(decoder, new java.util.TreeMap<>()), n, length);
      Graph g = b.graph();
      Objective.Loss loss = objective.build(b);
      Parameter one = decoder.parameters().get(2);
      Tensor variable = g.variable(one.name(), DType.F32, one.shape().axes().toArray(Axis[]::new));
      g.assign(g.variable("out.loss", DType.F32, Axis.of("one", 1)), loss.scalar());
      g.assign(g.variable("out.gradient", DType.F32, one.shape().axes().toArray(Axis[]::new)), g.gradients(loss.scalar(), List.of(variable)).get(variable));
      Tensor nll = g.crossEntropy(g.scale(decoder.hidden(g, b.tokens(), b.firstVisible()), 1 / 0.7), decoder.head(g), b.targets());
      g.assign(g.variable("out.nll", DType.F32, b.tokens().shape().axes().toArray(Axis[]::new)), nll);
      Recording recording = g.record("loss");
      Map<String, Buffer> all = new HashMap<>(weights.buffers());
      for (var binding : recording.program().bindings()) {
        if (all.containsKey(binding.name())) continue;
        Buffer buffer = device.allocate(binding.type(), binding.length());
        all.put(binding.name(), buffer);
        if (binding.name().equals(BatchGraph.TOKENS)) buffer.write(0, tokens, 0, size);
        if (binding.name().equals(BatchGraph.TARGETS)) buffer.write(0, targets, 0, size);
        double[] given = binding.name().startsWith("batch.") ? inputs.get(binding.name().substring(6)) : null;
        if (given != null) buffer.write(0, given, 0, size);
      }
      recording.constants().forEach((name, values) -> all.get(name).write(0, values, 0, values.length));
      try (var program = device.prepare(recording.program(), all)) {
        program.run();
        double found = all.get("out.loss") == null ? Double.NaN : read(all.get("out.loss"), 1)[0];
        assertEquals(byHand(algorithm, read(all.get("out.nll"), size), targets, inputs), found, 1e-10);
        double[] gradient = read(all.get("out.gradient"), (int) one.shape().length());
        for (int i = 0; i < gradient.length; i += gradient.length / 5) {
          double[] at = read(weights.buffers().get(one.name()), gradient.length);
          double h = 1e-5;
          double[] sides = new double[2];
          for (int side = 0; side < 2; side++) {
            weights.buffers().get(one.name()).write(i, new double[] {at[i] + (side == 0 ? -h : h)}, 0, 1);
            program.run();
            sides[side] = read(all.get("out.loss"), 1)[0];
          }
          weights.buffers().get(one.name()).write(i, new double[] {at[i]}, 0, 1);
          assertEquals((sides[1] - sides[0]) / (2 * h), gradient[i], 1e-6);
        }
      }
    }
  }

  private static double byHand(String algorithm, double[] nll, int[] targets, Map<String, double[]> in) {
    double loss = 0;
    boolean ratio = !algorithm.startsWith("rloo") && !algorithm.startsWith("reinforce");
    for (int i = 0; i < nll.length; i++) {
      if (targets[i] < 0) continue;
      double logp = -nll[i], a = in.get("advantage")[i], r = Math.exp(logp - in.get("old")[i]), d = in.get("reference")[i] - logp;
      double high = algorithm.contains("0.28") ? 1.28 : 1.2;
      double token = ratio ? -Math.min(r * a, Math.max(0.8, Math.min(high, r)) * a) : -logp * a;
      if (algorithm.contains("k1")) token += 0.05 * -d;
      else if (algorithm.contains("k2")) token += 0.04 * d * d / 2;
      else if (algorithm.equals("grpo")) token += 0.04 * (Math.exp(d) - d - 1);
      loss += in.get("weight")[i] * token;
      // A value head that has learned nothing says 0; held within 0.2 of the old value.
      double held = Math.max(in.get("values")[i] - 0.2, Math.min(in.get("values")[i] + 0.2, 0)), target = in.get("returns")[i];
      if (algorithm.equals("ppo")) loss += 0.5 * in.get("share")[i] * Math.max(target * target, (held - target) * (held - target)) / 2;
    }
    return loss;
  }

  private static double[] read(Buffer b, int count) {
    var out = new double[count];
    b.read(0, out, 0, count);
    return out;
  }
}
