package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.corpus.TokenStore;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.slot.InvalidInput;

/** Checkpoints of a run whose tokenizer or model became another: each is read with those that it was trained with. The runs have 30 steps; what changes does so after 20, with a checkpoint every 8. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckpointModelsTest {
  private static final String ALL = "training { keep-checkpoints = 100, checkpoint-every = 8 }\n";
  private static final String SWAPPED = ALL + "swaps = [{ at = 50%, slot = tokenizer, use = bpe, bpe.vocabulary = 300 }]";

  private final Workshop workshop = new Workshop();
  private Path folder;
  private TokenStore store;

  @BeforeAll
  void train(@TempDir Path folder) {
    this.folder = folder;
    store = workshop.store(folder.resolve("cache"));
    train(SWAPPED, "swapped");
    train(ALL + "changes = [{ at = 50%, tokenizer { use = bpe, bpe.vocabulary = 300 } }]", "changed");
  }

  private Texts texts() {
    return (c, plugins) -> workshop.store(folder.resolve("cache"), c, plugins);
  }

  private RunOrder order(Config config, String run) {
    return new RunOrder(config, 3, store, folder.resolve(run), "");
  }

  private void train(String config, String run) {
    new PhasedRun(order(workshop.config(config), run), texts(), workshop, SwapCoordinator.over(workshop), new RunListener() { }).train(new TreeSet<>(), () -> false);
  }

  private Path checkpoint(String run, int step) {
    return folder.resolve(run).resolve("checkpoints/" + step);
  }

  private TrainedModel open(String run, int step) {
    return TrainedModel.open(checkpoint(run, step), workshop);
  }

  @ParameterizedTest
  @ValueSource(strings = {"swapped", "changed"})
  void checkpointIsReadWithTheTokenizerThatItWasTrainedWith(String run) {
    for (int step : new int[] {8, 16}) {
      assertEquals(store.tokenizer().fingerprint(), open(run, step).tokenizer().fingerprint());
      assertEquals(257, open(run, step).decoder().vocabulary());
    }
    var now = TrainedModel.open(folder.resolve(run), workshop);
    assertEquals(273, now.tokenizer().vocabularySize());
    assertEquals(now.tokenizer().fingerprint(), open(run, 24).tokenizer().fingerprint());
    assertEquals(now.tokenizer().fingerprint(), now.config().getString("tokenizer.use").equals("bpe") ? workshop.store(folder.resolve("cache"), now.config()).tokenizer().fingerprint() : "");
    // Whoever writes, examines or starts from it sees the same.
    for (int step : new int[] {16, 24}) {
      try (var model = ModelFolder.open(checkpoint(run, step), workshop)) {
        assertEquals(model.tokenizer().vocabularySize(), model.decoder().vocabulary());
        assertEquals(model.decoder().vocabulary(), model.weights().shape("model.embed_tokens.weight")[0]);
        assertEquals(step > 20 ? 273 : 257, model.decoder().vocabulary());
        assertEquals(checkpoint(run, step).toString(), model.description());
      }
    }
  }

  @Test
  void checkpointIsReadAsTheModelThatItWasThen() {
    train(ALL + "changes = [{ at = \"10 steps\", model { attention.gqa.kv-heads = 1, position.rope.theta = 500 } }, { at = 50%, model.layers = 3 }]", "rebuilt");
    assertEquals(List.of("2 2", "1 2", "1 3"), List.of(8, 16, 24).stream().map(s -> open("rebuilt", s).config()).map(c -> c.getInt("model.attention.gqa.kv-heads") + " " + c.getInt("model.layers")).toList());
    assertEquals(List.of(workshop.config("").getDouble("model.position.rope.theta"), 500.0), List.of(8, 16).stream().map(s -> open("rebuilt", s).config().getDouble("model.position.rope.theta")).toList());
    try (var model = ModelFolder.open(checkpoint("rebuilt", 8), workshop)) {
      assertEquals(2, model.decoder().layers());
    }
  }

  @Test
  void forkFromBeforeTheSwapGoesOnWithTheOldTokenizerAsIfNothingHadBeenSwapped() throws IOException {
    train(ALL, "plain");
    Config plain = workshop.config(ALL);
    Fork.at(PastRun.open(folder.resolve("swapped")), 16, texts(), workshop).begin(order(plain, "b"), true);
    assertEquals(store.tokenizer().fingerprint(), TrainedModel.open(folder.resolve("b"), workshop).tokenizer().fingerprint());
    assertEquals(store.tokenizer().fingerprint(), TrainedModel.open(folder.resolve("b/origin/16"), workshop).tokenizer().fingerprint());
    train(ALL, "b");
    assertArrayEquals(Files.readAllBytes(checkpoint("plain", 30).resolve("model.safetensors")), Files.readAllBytes(checkpoint("b", 30).resolve("model.safetensors")));
  }

  @Test
  void forkFromAfterTheSwapIsReplayedAndItsChangedTextIsStillSeen() throws IOException {
    Config longer = workshop.config(ALL + "training.tokens = 3200");
    Fork.at(PastRun.open(folder.resolve("swapped")), 24, texts(), workshop).begin(order(longer, "longer"), true);
    train(ALL + "training.tokens = 3200", "longer");
    assertEquals(273, TrainedModel.open(folder.resolve("longer"), workshop).tokenizer().vocabularySize());
    var result = Replay.open(PastRun.open(folder.resolve("longer")), texts(), workshop).train(SwapCoordinator.over(workshop), new RunListener() { }, () -> false).orElseThrow();
    assertTrue(result.equal(), result::difference);
    assertEquals(24, result.from());
    Path journal = folder.resolve("longer/journal.jsonl");
    Files.writeString(journal, Files.readString(journal).replaceAll("\"corpus\":\"", "\"corpus\":\"other"));
    assertTrue(assertThrows(InvalidInput.class, () -> Replay.open(PastRun.open(folder.resolve("longer")), texts(), workshop)).getMessage().contains("the corpus was other"));
  }

  @Test
  void forkWithFewerTokensThanItsRunHadSeenIsRefused() {
    Fork fork = Fork.at(PastRun.open(folder.resolve("swapped")), 24, texts(), workshop);
    var e = assertThrows(InvalidInput.class, () -> fork.begin(order(workshop.config(ALL + "training.tokens = 640"), "fewer"), true));
    assertTrue(e.getMessage().matches("(?s).*training.tokens = 640 are fewer than the 1,\\d+ that the run had seen at step 24; give it more, or an earlier step.*"), e::getMessage);
    assertFalse(Files.exists(folder.resolve("fewer")));
  }

  @Test
  void manyCheckpointsAreToldByTheNearest() throws IOException {
    for (int step = 1; step <= 30; step++) Files.createDirectories(folder.resolve("many/" + step));
    for (var wanted : Map.of(77L, "30", 0L, "1").entrySet()) {
      var e = assertThrows(InvalidInput.class, () -> new Checkpoints(folder.resolve("many"), 30).at(wanted.getKey()));
      assertTrue(e.getMessage().contains("holds no checkpoint of step " + wanted.getKey() + "; there are 30, from step 1 to 30, the nearest of step " + wanted.getValue() + " ("), e::getMessage);
    }
  }

  @Test
  void runBeginsWithTheModelAndTheTokenizerOfACheckpointFromBeforeTheSwap() {
    Config config = Initial.model(workshop.config("init = \"" + checkpoint("swapped", 16) + "\""), workshop);
    try (var run = TrainingRun.open(order(config, "begun"), Workshop.ONE_TEXT, workshop, SwapCoordinator.over(workshop), new RunListener() { })) {
      assertEquals(257, run.model().vocabulary());
    }
    Config after = Initial.model(workshop.config("init = \"" + checkpoint("swapped", 24) + "\""), workshop);
    var e = assertThrows(InvalidInput.class, () -> TrainingRun.open(order(after, "refused"), Workshop.ONE_TEXT, workshop, SwapCoordinator.over(workshop), new RunListener() { }).close());
    assertTrue(e.getMessage().contains("has rows for 273 token ids, but the run's tokenizer has only 257"), e::getMessage);
  }

  @Test
  void checkpointCanBeTakenElsewhere() throws IOException {
    PhasedRun.copy(checkpoint("swapped", 16), folder.resolve("shelf/best"));
    try (var model = ModelFolder.open(folder.resolve("shelf/best"), workshop)) {
      assertEquals(257, model.tokenizer().vocabularySize());
    }
  }

  @Test
  void checkpointWithoutATokenizerOfItsOwnIsReadWithThatOfItsRun() throws IOException {
    PhasedRun.copy(checkpoint("changed", 30), checkpoint("old", 16));
    Files.copy(folder.resolve("changed/tokenizer.json"), folder.resolve("old/tokenizer.json"));
    Files.copy(folder.resolve("changed/config.conf"), folder.resolve("old/config.conf"));
    for (String name : List.of("tokenizer.json", "config.conf")) Files.delete(checkpoint("old", 16).resolve(name));
    var json = new ObjectMapper();
    Path run = checkpoint("old", 16).resolve("run.json");
    var all = (ObjectNode) json.readTree(Files.readString(run));
    ((ObjectNode) all.path("files")).remove(List.of("tokenizer.json", "config.conf"));
    Files.writeString(run, Seal.close(json.writerWithDefaultPrettyPrinter().writeValueAsString(all.put(Seal.FIELD, Seal.BLANK)) + "\n"));
    assertEquals(open("changed", 30).tokenizer().fingerprint(), open("old", 16).tokenizer().fingerprint());
    PhasedRun.copy(checkpoint("old", 16), folder.resolve("shelf/old"));
    var e = assertThrows(InvalidInput.class, () -> TrainedModel.open(folder.resolve("shelf/old"), workshop));
    assertTrue(e.getMessage().contains("there is no config.conf in it"), e::getMessage);
  }
}
