package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.corpus.TokenStore;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.interchange.SafetensorsFile;
import org.vulpes.model.Parameter;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Forward;
import org.vulpes.objective.Objective;
import org.vulpes.objective.Role;
import org.vulpes.objective.StepBatch;
import org.vulpes.objective.Supply;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Snapshot;

/** Runs that start from another run, look at a frozen one, train adapters alone, or train tensors of their objective. */
class RolesTest {
  @TempDir
  Path folder;

  /** Next-token prediction through a tensor of its own, with the reference's loss beside it, read in the graph and beforehand. */
  private static final class Beside implements Objective {
    private final List<Role> roles;

    Beside(String source) {
      roles = List.of(new Role("reference", source));
    }

    @Override
    public List<Role> roles() {
      return roles;
    }

    @Override
    public int together() {
      return 2;
    }

    @Override
    public StepBatch prepare(Supply supply) {
      StepBatch batch = Objective.super.prepare(supply);
      float[] before = supply.forward(new Forward() {
        @Override
        public String name() {
          return "before";
        }

        @Override
        public java.util.SortedMap<String, Tensor> build(BatchGraph b) {
          return new TreeMap<>(Map.of("nll", nll(b, b.role("reference"))));
        }
      }, batch).get("nll");
      double mean = 0;
      for (int i = 0; i < before.length; i++) mean += (double) before[i] * batch.floats(StepBatch.WEIGHT)[i];
      return batch.withStatistics(Map.of("reference-before", mean));
    }

    private static Tensor nll(BatchGraph b, org.vulpes.model.Decoder model) {
      return b.graph().crossEntropy(model.hidden(b.graph(), b.tokens(), b.firstVisible()), model.head(b.graph()), b.targets());
    }

    @Override
    public Loss build(BatchGraph b) {
      Graph g = b.graph();
      Tensor hidden = b.model().hidden(g, b.tokens(), b.firstVisible());
      Axis width = hidden.shape().last();
      Tensor gain = b.parameter("gain", new Parameter.Initial.Constant(1), false, width);
      hidden = g.rmsNorm(hidden, gain, 1e-5, false);
      Tensor nll = g.crossEntropy(hidden, b.model().head(g), b.targets());
      return new Loss(g.dot(nll, b.weight()), Map.of("reference", g.dot(nll(b, b.role("reference")), b.weight())));
    }

    @Override
    public Snapshot save() {
      return Snapshot.empty("beside");
    }

    @Override
    public void restore(Snapshot snapshot) {}
  }

  private record With(Workshop workshop, Objective objective) implements Catalogue {
    @Override
    public List<Entry> entries() {
      return List.of();
    }

    @Override
    public List<String> refusals() {
      return List.of();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> Plugin<T> plugin(String slot, String use) {
      return slot.equals("objective") && objective != null ? options -> (T) objective : workshop.plugin(slot, use);
    }

    @Override
    public Config reference() {
      return workshop.reference();
    }
  }

  private final Workshop workshop = new Workshop();

  private Outcome train(Catalogue catalogue, Config config, TokenStore store, String name, long stopAfter) {
    var steps = new long[1];
    try (var run = TrainingRun.open(new RunOrder(config, 1, store, folder.resolve(name), ""), Workshop.ONE_TEXT, catalogue, SwapCoordinator.over(catalogue), new RunListener() {})) {
      return run.train(() -> steps[0]++ >= stopAfter);
    }
  }

  private List<Map<String, Object>> metrics(String name) {
    return RunJournal.read(folder.resolve(name).resolve("metrics.jsonl")).stream().filter(l -> l.containsKey("loss")).toList();
  }

  @SuppressWarnings("unchecked")
  private static double statistic(Map<String, Object> line, String name) {
    return ((Number) ((Map<String, Object>) line.get("statistics")).get(name)).doubleValue();
  }

  private float[] tensor(String run, String file, String name) {
    Path newest = new Checkpoints(folder.resolve(run).resolve("checkpoints"), 1).newest().path();
    try (var f = SafetensorsFile.open(newest.resolve(file))) {
      long n = 1;
      for (long s : f.shape(name)) n *= s;
      var out = new float[(int) n];
      f.read(name, 0, out, 0, out.length);
      return out;
    }
  }

  @Test
  void goesOnFromAnotherRunBesideItsFrozenSelf() {
    TokenStore store = workshop.store(folder.resolve("cache"));
    Config config = workshop.config("");
    train(new With(workshop, null), config, store, "base", Long.MAX_VALUE);
    String base = folder.resolve("base").toString();

    var catalogue = new With(workshop, new Beside(Role.INIT));
    Config next = workshop.config("init = \"" + base + "\"");
    assertEquals(Outcome.Status.FINISHED, train(catalogue, next, store, "next", Long.MAX_VALUE).status());
    var lines = metrics("next");
    double first = statistic(lines.getFirst(), "reference");
    // The second norm changes little, so the policy begins near where its reference stays; from the seed it would begin at log 257.
    assertEquals(first, ((Number) lines.getFirst().get("loss")).doubleValue(), 0.1);
    for (var line : lines) assertEquals(statistic(line, "reference"), statistic(line, "reference-before"), 1e-5, "the forward program sees the same model");
    assertTrue(((Number) lines.getLast().get("loss")).doubleValue() < statistic(lines.getLast(), "reference") - 0.05, "the policy has left its reference behind");
    float[] gain = tensor("next", "adapter.safetensors", "objective.gain");
    assertEquals(16, gain.length);
    assertNotEquals(1f, gain[0], "the objective's own tensor is trained");

    train(catalogue, next, store, "stopped", 5);
    train(catalogue, next, store, "stopped", Long.MAX_VALUE);
    assertArrayEquals(gain, tensor("stopped", "adapter.safetensors", "objective.gain"), "a stopped run goes on with the same bits");
    assertArrayEquals(tensor("next", "model.safetensors", "model.norm.weight"), tensor("stopped", "model.safetensors", "model.norm.weight"));
  }

  @Test
  void trainsAdaptersAloneAndLeavesAMergedModel() {
    TokenStore store = workshop.store(folder.resolve("cache"));
    var catalogue = new With(workshop, null);
    train(catalogue, workshop.config(""), store, "base", Long.MAX_VALUE);
    Config config = workshop.config("init = \"" + folder.resolve("base") + "\", model.lora { rank = 2, alpha = 4, targets = [q_proj, down_proj] }");
    Outcome outcome = train(catalogue, config, store, "lora", Long.MAX_VALUE);

    String layer = "model.layers.1.mlp.down_proj";
    float[] before = tensor("base", "model.safetensors", layer + ".weight");
    float[] merged = tensor("lora", "model.safetensors", layer + ".weight");
    float[] a = tensor("lora", "adapter.safetensors", layer + ".lora_A.weight");
    float[] b = tensor("lora", "adapter.safetensors", layer + ".lora_B.weight");
    var expected = new float[before.length];
    int in = 24;
    for (int i = 0; i < before.length; i++) expected[i] = (float) (before[i] + 2.0 * ((double) b[i / in * 2] * a[i % in] + (double) b[i / in * 2 + 1] * a[in + i % in]));
    assertArrayEquals(expected, merged, 1e-7f, "W + alpha/rank · B A");
    assertNotEquals(before[0], merged[0]);
    assertArrayEquals(tensor("base", "model.safetensors", "model.layers.1.mlp.up_proj.weight"), tensor("lora", "model.safetensors", "model.layers.1.mlp.up_proj.weight"), "not chosen, not changed");

    var opened = TrainedModel.open(folder.resolve("lora"), catalogue);
    assertFalse(opened.decoder().adapted(), "others read the merged model");
    train(catalogue, config, store, "stopped", 7);
    assertEquals(outcome.bitsPerByte(), train(catalogue, config, store, "stopped", Long.MAX_VALUE).bitsPerByte(), "a stopped run goes on with the same bits");
    try (var run = TrainingRun.open(new RunOrder(workshop.config("init = \"" + folder.resolve("lora") + "\""), 1, store, folder.resolve("third"), ""), Workshop.ONE_TEXT, catalogue, SwapCoordinator.over(catalogue), new RunListener() {})) {
      assertEquals(outcome.bitsPerByte(), run.measure().mean(), 1e-6, "the next run starts from the merged model");
    }
  }

  @Test
  void startsFromOneCheckpointAndFromATokenizerWithFurtherTokens() throws Exception {
    TokenStore store = workshop.store(folder.resolve("cache"));
    var catalogue = new With(workshop, null);
    train(catalogue, workshop.config(""), store, "base", Long.MAX_VALUE);
    Path checkpoints = folder.resolve("base/checkpoints");
    long step;
    try (var all = Files.list(checkpoints)) {
      step = all.mapToLong(p -> Long.parseLong(p.getFileName().toString())).min().orElseThrow();
    }
    assertEquals(step, TrainedModel.open(checkpoints.resolve(Long.toString(step)), catalogue).step());
    assertTrue(assertThrows(InvalidInput.class, () -> TrainedModel.open(checkpoints.resolve("3"), catalogue)).getMessage().contains("holds no checkpoint of step 3; those that are there"));

    var grown = store.tokenizer().withSpecials(List.of("<|im_start|>", "<|im_end|>"));
    try (var file = SafetensorsFile.open(new Checkpoints(checkpoints, 1).newest().model())) {
      var decoder = org.vulpes.model.Decoder.of(workshop.config(""), catalogue, grown.vocabularySize());
      var more = new GrownVocabulary(file, decoder);
      String name = "model.embed_tokens.weight";
      assertArrayEquals(new long[] {259, 16}, more.shape(name));
      var rows = new float[259 * 16];
      more.read(name, 0, rows, 0, rows.length);
      double mean = 0;
      for (int id = 0; id < 257; id++) mean += rows[id * 16 + 3] / 257.0;
      assertEquals(mean, rows[257 * 16 + 3], 1e-6, "a new row is the mean of the others");
      assertEquals(rows[257 * 16 + 3], rows[258 * 16 + 3]);
    }
  }

  @Test
  void refusesWhatHasNothingToBeginWith() {
    TokenStore store = workshop.store(folder.resolve("cache"));
    var reference = assertThrows(InvalidInput.class, () -> train(new With(workshop, new Beside(Role.INIT)), workshop.config(""), store, "a", 1));
    assertTrue(reference.getMessage().contains("give init = RUN"), reference.getMessage());
    var adapters = assertThrows(InvalidInput.class, () -> train(new With(workshop, null), workshop.config("model.lora.rank = 4"), store, "b", 1));
    assertTrue(adapters.getMessage().contains("say which in init = RUN"), adapters.getMessage());
    var typo = assertThrows(InvalidInput.class, () -> train(new With(workshop, null), workshop.config("model.lora { rank = 4, targets = [q_porj] }"), store, "c", 1));
    assertTrue(typo.getMessage().contains("names 'q_porj'") && typo.getMessage().contains("q_proj"), typo.getMessage());
    var nowhere = assertThrows(InvalidInput.class, () -> train(new With(workshop, new Beside(folder.resolve("nothing").toString())), workshop.config(""), store, "d", 1));
    assertTrue(nowhere.getMessage().contains("holds no run"), nowhere.getMessage());
  }
}
