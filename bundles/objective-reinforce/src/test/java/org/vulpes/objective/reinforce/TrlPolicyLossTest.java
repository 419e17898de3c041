package org.vulpes.objective.reinforce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.reference.ReferenceRun;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Models;
import org.vulpes.objective.StepBatch;
import org.vulpes.slot.Options;

/** Rewards, log-probabilities and masks of one small rollout, whose losses and gradients by the logits trl has worked out; how stands in {@code trl.json}. */
class TrlPolicyLossTest {
  private final Config trl = ConfigFactory.parseResources(TrlPolicyLossTest.class, "trl.json");
  private final int samples = trl.getInt("samples");
  private final int length = trl.getInt("length");
  private final int vocabulary = trl.getInt("vocabulary");
  private final int most = trl.getInt("most");

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "grpo         | algorithm = grpo",
      "dr-grpo      | algorithm = dr-grpo",
      "dapo         | algorithm = grpo, kl = none, clip-high = 0.28, mean = token",
      "dapo-overlong| algorithm = grpo, kl = none, clip-high = 0.28, mean = token, filter-overlong = true",
      "rloo         | algorithm = rloo, kl = none"})
  void lossAndGradientAreThoseOfTrl(String name, String options) {
    Settings settings = Settings.of(Options.at(ConfigFactory.parseString("reinforce { " + options + ", prompts = 2, group = 3, new-tokens = " + most + " }")
        .withFallback(ConfigFactory.parseURL(Settings.class.getResource("/reference.conf")).getConfig("objective")), "reinforce"));
    StepBatch batch = rollout(settings, name).update(0, settings);
    var b = BatchGraph.of(new Models(null, new TreeMap<>()), samples, length);
    Graph g = b.graph();
    Axis[] axes = {Axis.of("batch", samples), Axis.of("time", length), Axis.of("vocabulary", vocabulary)};
    Tensor logits = g.variable("logits", DType.F32, axes);
    var loss = new Reinforce(settings, null, null, null).loss(b, g.crossEntropy(logits, g.constant("identity", identity(), Axis.of("token", vocabulary), axes[2]), b.targets()), null);
    g.assign(g.variable("loss", DType.F32, Axis.of("one", 1)), loss.scalar());
    g.assign(g.variable("gradient", DType.F32, axes), g.gradients(loss.scalar(), List.of(logits)).get(logits));
    Map<String, double[]> values = new TreeMap<>();
    batch.inputs().forEach((input, x) -> values.put(BatchGraph.INPUT + input, doubles(x)));
    values.put("logits", reordered(doubles("logits"), batch));
    var after = ReferenceRun.once(g.record("loss"), values);

    Config expected = trl.getConfig("expected." + name);
    // What a rollout holds is rounded to float.
    if (expected.hasPath("loss")) assertEquals(expected.getDouble("loss"), after.get("loss")[0], 1e-6);
    assertArrayEquals(reordered(expected.getDoubleList("gradient").stream().mapToDouble(x -> x).toArray(), batch), after.get("gradient"), 1e-7);
  }

  private Rollout rollout(Settings settings, String name) {
    int[] tokens = trl.getIntList("tokens").stream().mapToInt(x -> x).toArray();
    int[] targets = trl.getIntList("targets").stream().mapToInt(x -> x).toArray();
    double[] rewards = doubles("rewards");
    var advantage = new float[samples * length];
    var taught = new float[samples * length];
    var old = floats("old");
    for (int first = 0; first < samples; first += settings.group()) {
      double[] group = Arrays.copyOfRange(rewards, first, first + settings.group());
      double[] each = settings.algorithm() == Settings.Algorithm.RLOO ? Advantages.leaveOneOut(group) : Advantages.group(group, settings.deviation());
      for (int s = 0; s < each.length; s++) {
        boolean whole = settings.filterOverlong() && trl.getIntList("lengths").get(first + s) == most;
        for (int i = (first + s) * length; i < (first + s + 1) * length; i++) {
          if (targets[i] < 0) continue;
          advantage[i] = (float) each[s];
          taught[i] = whole ? 0 : 1;
        }
      }
    }
    return new Rollout(samples, length, tokens, targets, taught, old, floats("reference"), advantage, new float[samples * length], new float[samples * length], 0, 0, 0, new TreeMap<>(), 1);
  }

  /** Updates take the samples in an order of their own, which tokens tell: no two samples are alike. */
  private double[] reordered(double[] rows, StepBatch batch) {
    int[] tokens = trl.getIntList("tokens").stream().mapToInt(x -> x).toArray();
    var out = new double[rows.length];
    for (int to = 0; to < samples; to++) {
      int[] wanted = Arrays.copyOfRange(batch.ints(StepBatch.TOKENS), to * length, (to + 1) * length);
      int from = IntStream.range(0, samples).filter(s -> Arrays.equals(wanted, Arrays.copyOfRange(tokens, s * length, (s + 1) * length))).findFirst().orElseThrow();
      System.arraycopy(rows, from * length * vocabulary, out, to * length * vocabulary, length * vocabulary);
    }
    return out;
  }

  private double[] identity() {
    var out = new double[vocabulary * vocabulary];
    for (int i = 0; i < vocabulary; i++) out[i * vocabulary + i] = 1;
    return out;
  }

  private double[] doubles(String key) {
    return trl.getDoubleList(key).stream().mapToDouble(x -> x).toArray();
  }

  private float[] floats(String key) {
    double[] x = doubles(key);
    var out = new float[x.length];
    for (int i = 0; i < x.length; i++) out[i] = (float) x[i];
    return out;
  }

  private static double[] doubles(Object input) {
    return input instanceof int[] whole ? Arrays.stream(whole).asDoubleStream().toArray() : IntStream.range(0, ((float[]) input).length).mapToDouble(i -> ((float[]) input)[i]).toArray();
  }
}
