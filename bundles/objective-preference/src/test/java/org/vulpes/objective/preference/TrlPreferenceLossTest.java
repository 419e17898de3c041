package org.vulpes.objective.preference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.compute.DType;
import org.vulpes.corpus.TokenStore;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.reference.ReferenceRun;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Models;
import org.vulpes.objective.StepBatch;
import org.vulpes.slot.Options;

/** Logits of two pairs, whose losses and gradients by the logits trl has worked out; how stands in {@code trl.json}. */
class TrlPreferenceLossTest {
  private final Config trl = ConfigFactory.parseResources(TrlPreferenceLossTest.class, "trl.json");
  private final int rows = trl.getInt("rows");
  private final int length = trl.getInt("length");
  private final int vocabulary = trl.getInt("vocabulary");

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "dpo      | loss = dpo, dpo.beta = 0.3",
      "ipo-mean | loss = ipo, length = mean",
      "kto      | loss = kto, kto { beta = 0.3, bad = 1.5 }",
      "simpo    | loss = simpo",
      "orpo     | loss = orpo, orpo.weight = 0.25",
      "cpo      | loss = cpo, cpo.beta = 0.3"})
  void lossAndGradientAreThoseOfTrl(String name, String options) {
    Config expected = trl.getConfig("expected." + name);
    var objective = (Preferences) new PreferenceObjective().create(Options.at(
        ConfigFactory.parseString("preference { " + options + " }").withFallback(ConfigFactory.parseURL(Preferences.class.getResource("/reference.conf")).getConfig("objective")), "preference"));
    StepBatch batch = objective.lay(answers(), 64, 0);
    if (expected.hasPath("z")) {
      var z = new float[rows];
      Arrays.fill(z, (float) expected.getDouble("z"));
      batch = batch.with("kl", z);
    }
    var b = BatchGraph.of(new Models(null, new TreeMap<>()), rows, batch.length());
    Graph g = b.graph();
    Tensor logits = logits(b, "logits");
    var loss = objective.loss(b, nll(b, logits), objective.roles().isEmpty() ? null : nll(b, logits(b, "reference")));
    g.assign(g.variable("loss", DType.F32, Axis.of("one", 1)), loss.scalar());
    g.assign(g.variable("gradient", DType.F32, logits.shape().axes().toArray(Axis[]::new)), g.gradients(loss.scalar(), List.of(logits)).get(logits));
    Map<String, double[]> values = new TreeMap<>();
    batch.inputs().forEach((input, x) -> values.put(BatchGraph.INPUT + input, doubles(x)));
    for (String of : List.of("logits", "reference")) values.put(of, padded(trl.getDoubleList(of), batch.length()));
    var after = ReferenceRun.once(g.record("loss"), values);

    // One over an answer's length is rounded to float.
    assertEquals(expected.getDouble("loss"), after.get("loss")[0], 1e-6 * Math.max(1, expected.getDouble("loss")));
    assertArrayEquals(padded(expected.getDoubleList("gradient"), batch.length()), after.get("gradient"), 1e-7 * Math.max(1, expected.getDouble("loss")));
  }

  private List<TokenStore.Row> answers() {
    var out = new ArrayList<TokenStore.Row>();
    for (int r = 0; r < rows; r++) {
      int first = trl.getInt("prompt") - 1;
      int n = first + trl.getIntList("lengths").get(r);
      var ids = new int[n];
      var answer = new boolean[n];
      for (int i = 0; i < n; i++) {
        // The question's tokens are targets of no loss.
        ids[i] = i < first ? trl.getIntList("tokens").get(r * length + i + 1) : trl.getIntList("targets").get(r * length + i);
        answer[i] = i >= first;
      }
      out.add(new TokenStore.Row(ids, answer, r % 2 == 1));
    }
    return out;
  }

  private Tensor logits(BatchGraph b, String name) {
    return b.graph().variable(name, DType.F32, Axis.of("batch", rows), Axis.of("time", b.length()), Axis.of("vocabulary", vocabulary));
  }

  private Tensor nll(BatchGraph b, Tensor logits) {
    var identity = new double[vocabulary * vocabulary];
    for (int i = 0; i < vocabulary; i++) identity[i * vocabulary + i] = 1;
    return b.graph().crossEntropy(logits, b.graph().constant("identity", identity, Axis.of("token", vocabulary), logits.shape().last()), b.targets());
  }

  /** Rows of the batch are longer than trl's. */
  private double[] padded(List<Double> values, int to) {
    var out = new double[rows * to * vocabulary];
    for (int r = 0; r < rows; r++) for (int i = 0; i < length * vocabulary; i++) out[r * to * vocabulary + i] = values.get(r * length * vocabulary + i);
    return out;
  }

  private static double[] doubles(Object input) {
    return input instanceof int[] whole ? Arrays.stream(whole).asDoubleStream().toArray() : IntStream.range(0, ((float[]) input).length).mapToDouble(i -> ((float[]) input)[i]).toArray();
  }
}
