package org.vulpes.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vulpes.compute.DType;
import org.vulpes.graph.operations.Activation;
import org.vulpes.graph.reference.ReferenceRun;
import org.vulpes.slot.Random64;

/** A whole small decoder: grouped heads, packed documents, ignored targets, a tied embedding. */
class DecoderTest {
  private static final int HEADS = 4, KV = 2, DIM = 4, VOCABULARY = 11;
  private static final Axis BATCH = Axis.of("batch", 2), TIME = Axis.of("time", 7), WIDTH = Axis.of("width", 12), INNER = Axis.of("inner", 10);

  private final Graph g = new Graph();
  private final List<Tensor> parameters = new ArrayList<>();
  private final Map<String, double[]> values = new HashMap<>();

  private Tensor parameter(String name, Axis... axes) {
    Tensor p = g.variable(name, DType.F32, axes);
    double[] x = new double[(int) p.shape().length()];
    for (int i = 0; i < x.length; i++) x[i] = 0.3 * Random64.of(1, name).normal(i) + (axes.length == 1 ? 1 : 0);
    values.put(name, x);
    parameters.add(p);
    return p;
  }

  private Tensor decoder(int layers) {
    Tensor ids = g.variable("ids", DType.I32, BATCH, TIME), targets = g.variable("targets", DType.I32, BATCH, TIME);
    Tensor first = g.variable("first", DType.I32, BATCH, TIME), share = g.variable("share", DType.F32, BATCH, TIME);
    Axis half = Axis.of("half", DIM / 2), q = Axis.of("query", HEADS * DIM), kv = Axis.of("kv", KV * DIM);
    double[] cos = new double[TIME.size() * DIM / 2], sin = new double[cos.length];
    for (int t = 0; t < TIME.size(); t++) {
      for (int j = 0; j < DIM / 2; j++) {
        cos[t * DIM / 2 + j] = Math.cos(t * Math.pow(100, -2.0 * j / DIM));
        sin[t * DIM / 2 + j] = Math.sin(t * Math.pow(100, -2.0 * j / DIM));
      }
    }
    Tensor cosines = g.constant("cos", cos, TIME, half), sines = g.constant("sin", sin, TIME, half);
    Tensor table = parameter("embedding", Axis.of("vocabulary", VOCABULARY), WIDTH);
    Tensor x = g.embedding(table, ids);
    for (int l = 0; l < layers; l++) {
      String at = "layers." + l + ".";
      try (var _ = g.at("layers." + l)) {
        Tensor h = g.rmsNorm(x, parameter(at + "norm1", WIDTH), 1e-5, false);
        Tensor query = g.rope(g.linear(h, parameter(at + "q", q, WIDTH)), cosines, sines, DIM);
        Tensor key = g.rope(g.linear(h, parameter(at + "k", kv, WIDTH)), cosines, sines, DIM);
        Tensor value = g.linear(h, parameter(at + "v", kv, WIDTH));
        Tensor mixed = g.attention(query, key, value, first, HEADS, KV, DIM, 0.5, 0);
        x = g.add(x, g.linear(mixed, parameter(at + "o", WIDTH, q)));
        Tensor n = g.rmsNorm(x, parameter(at + "norm2", WIDTH), 1e-5, false);
        Tensor inner = g.gated(Activation.SILU, g.linear(n, parameter(at + "gate", INNER, WIDTH)), g.linear(n, parameter(at + "up", INNER, WIDTH)));
        x = g.add(x, g.linear(inner, parameter(at + "down", WIDTH, INNER)));
      }
    }
    Tensor nll = g.crossEntropy(g.rmsNorm(x, parameter("norm", WIDTH), 1e-5, false), table, targets);
    int n = BATCH.size() * TIME.size();
    double[] id = new double[n], target = new double[n], shares = new double[n];
    for (int i = 0; i < n; i++) {
      id[i] = Random64.of(2, "ids").below(i, VOCABULARY);
      target[i] = i % 5 == 4 ? -1 : Random64.of(3, "targets").below(i, VOCABULARY);
      shares[i] = 1.0 / n;
    }
    values.putAll(Map.of("ids", id, "targets", target, "share", shares, "first", new double[] {0, 0, 0, 3, 3, 3, 6, 0, 1, 1, 1, 1, 1, 1}));
    return g.dot(nll, share);
  }

  private void accumulateGradients(Tensor loss) {
    g.assign(g.variable("loss", DType.F32, Axis.of("one", 1)), loss);
    var d = g.gradients(loss, parameters);
    for (Tensor p : parameters) {
      Tensor grad = g.variable("grad." + p.name, DType.F32, p.shape().axes().toArray(Axis[]::new));
      g.assign(grad, g.add(grad, d.get(p)));
    }
  }

  @Test
  void gradientsOfAllParametersAreTheSlopesOfTheLoss() {
    Tensor loss = decoder(2);
    Graph forward = g;
    accumulateGradients(loss);
    Recording r = forward.record("step");
    var after = ReferenceRun.once(r, values);
    int checked = 0;
    for (Tensor p : parameters) {
      double[] x = values.get(p.name), d = after.get("grad." + p.name);
      for (int k = 0; k < 3; k++) {
        int i = (int) Random64.of(4, p.name).below(k, x.length);
        double was = x[i], step = 1e-4;
        x[i] = was + step;
        double above = ReferenceRun.once(r, values).get("loss")[0];
        x[i] = was - step;
        double below = ReferenceRun.once(r, values).get("loss")[0];
        x[i] = was;
        assertEquals((above - below) / (2 * step), d[i], 1e-7, p.name + " " + i);
        checked++;
      }
    }
    assertEquals(60, checked);
  }

  @Test
  void passesChangeNothingAndRunningTwiceAddsTwice() {
    accumulateGradients(decoder(2));
    var plain = ReferenceRun.once(g.record("plain", Pass.NONE), values);
    for (Pass pass : Pass.values()) {
      ReferenceRun.once(g.record(pass.name(), Set.of(pass)), values).forEach((name, x) -> assertArrayEquals(plain.get(name), x, 1e-14, pass + ": " + name));
    }
    var once = ReferenceRun.once(g.record("step"), values);
    once.forEach((name, x) -> assertArrayEquals(plain.get(name), x, 0, name));
    var again = new HashMap<>(values);
    parameters.forEach(p -> again.put("grad." + p.name, once.get("grad." + p.name)));
    var twice = ReferenceRun.once(g.record("step"), again);
    for (int i = 0; i < 3; i++) assertEquals(2 * once.get("grad.norm")[i], twice.get("grad.norm")[i], 1e-15);
  }

  @Test
  void everyWeightMatrixAccumulatesIntoItsGradientAndMemoryIsReused() {
    accumulateGradients(decoder(3));
    Recording r = g.record("step");
    long direct = r.program().calls().stream().filter(c -> c.accumulate() && c.outputs().getFirst().binding() >= 0).count();
    // The weights, and the embedding's own part of the tied embedding's gradient.
    assertEquals(3 * 7 + 1, direct);
    // The residual gradient of a norm (2 a layer and the last are not accumulable) and the head's part of the tied embedding are added; no copies are left.
    assertEquals(0, r.program().calls().stream().filter(c -> c.label().equals("assign")).count());
    long apart = g.record("plain", Pass.NONE).program().arenaBytes();
    assertTrue(r.program().arenaBytes() < apart / 2, r.program().arenaBytes() + " of " + apart);
  }

  @Test
  void theHeadsGradientOfATiedEmbeddingIsAddedWhereItIsMade() {
    accumulateGradients(decoder(2));
    var calls = g.record("step").program().calls();
    int head = 0;
    while (!calls.get(head).kernel().name().equals("linear-cross-entropy-gradient")) head++;
    var sum = calls.get(head + 1);
    assertEquals("add", sum.kernel().name());
    assertEquals(calls.get(head).outputs().get(1).offset(), sum.inputs().get(1).offset());
    var own = calls.stream().filter(c -> c.kernel().name().equals("embedding-gradient")).findFirst().orElseThrow();
    assertTrue(own.accumulate());
    assertEquals(sum.outputs().getFirst().binding(), own.outputs().getFirst().binding());
  }

  @Test
  void manyLayersNeedNoStackAndLittleTime() {
    accumulateGradients(decoder(400));
    Recording r = g.record("deep");
    assertTrue(r.program().calls().size() > 400 * 30, "calls " + r.program().calls().size());
  }
}
