package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.corpus.TokenStore;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.slot.InvalidInput;

/** Checkpoints of a run whose tokenizer or model became another: each is read with those that it was trained with. The runs have 30 steps; what changes does so after 20, with a checkpoint every 4. */
class CheckpointModelsTest {
  private static final String ALL = "training.keep-checkpoints = 100\n";
  private static final String SWAPPED = ALL + "swaps = [{ at = 50%, slot = tokenizer, use = bpe, bpe.vocabulary = 300 }]";

  private final Workshop workshop = new Workshop();
  @TempDir Path folder;
  private TokenStore store;

  @BeforeEach
  void store() {
    store = workshop.store(folder.resolve("cache"));
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
  @ValueSource(strings = {SWAPPED, ALL + "changes = [{ at = 50%, tokenizer { use = bpe, bpe.vocabulary = 300 } }]"})
  void checkpointIsReadWithTheTokenizerThatItWasTrainedWith(String config) {
    train(config, "a");
    for (int step : new int[] {4, 16}) {
      assertEquals(store.tokenizer().fingerprint(), open("a", step).tokenizer().fingerprint());
      assertEquals(257, open("a", step).decoder().vocabulary());
    }
    var now = TrainedModel.open(folder.resolve("a"), workshop);
    assertEquals(273, now.tokenizer().vocabularySize());
    assertEquals(now.tokenizer().fingerprint(), open("a", 24).tokenizer().fingerprint());
    assertEquals(now.tokenizer().fingerprint(), now.config().getString("tokenizer.use").equals("bpe") ? workshop.store(folder.resolve("cache"), now.config()).tokenizer().fingerprint() : "");
    // Whoever writes, examines or starts from it sees the same.
    for (int step : new int[] {16, 24}) {
      try (var model = ModelFolder.open(checkpoint("a", step), workshop)) {
        assertEquals(model.tokenizer().vocabularySize(), model.decoder().vocabulary());
        assertEquals(model.decoder().vocabulary(), model.weights().shape("model.embed_tokens.weight")[0]);
        assertEquals(step > 20 ? 273 : 257, model.decoder().vocabulary());
        assertEquals(checkpoint("a", step).toString(), model.description());
      }
    }
  }

  @Test
  void checkpointIsReadAsTheModelThatItWasThen() {
    train(ALL + "changes = [{ at = \"10 steps\", model { attention.gqa.kv-heads = 1, position.rope.theta = 500 } }, { at = 50%, model.layers = 3 }]", "a");
    assertEquals(List.of("2 2", "1 2", "1 3"), List.of(8, 16, 24).stream().map(s -> open("a", s).config()).map(c -> c.getInt("model.attention.gqa.kv-heads") + " " + c.getInt("model.layers")).toList());
    assertEquals(List.of(workshop.config("").getDouble("model.position.rope.theta"), 500.0), List.of(8, 16).stream().map(s -> open("a", s).config().getDouble("model.position.rope.theta")).toList());
    try (var model = ModelFolder.open(checkpoint("a", 8), workshop)) {
      assertEquals(2, model.decoder().layers());
    }
  }

  @Test
  void forkFromBeforeTheSwapGoesOnWithTheOldTokenizerAsIfNothingHadBeenSwapped() throws IOException {
    train(SWAPPED, "a");
    train(ALL, "plain");
    Config plain = workshop.config(ALL);
    Fork.at(PastRun.open(folder.resolve("a")), 16, texts(), workshop).begin(order(plain, "b"), true);
    assertEquals(store.tokenizer().fingerprint(), TrainedModel.open(folder.resolve("b"), workshop).tokenizer().fingerprint());
    assertEquals(store.tokenizer().fingerprint(), TrainedModel.open(folder.resolve("b/origin/16"), workshop).tokenizer().fingerprint());
    train(ALL, "b");
    assertArrayEquals(Files.readAllBytes(checkpoint("plain", 30).resolve("model.safetensors")), Files.readAllBytes(checkpoint("b", 30).resolve("model.safetensors")));
  }

  @Test
  void runBeginsWithTheModelAndTheTokenizerOfACheckpointFromBeforeTheSwap() {
    train(SWAPPED, "a");
    Config config = Initial.model(workshop.config("init = \"" + checkpoint("a", 16) + "\""), workshop);
    try (var run = TrainingRun.open(order(config, "b"), Workshop.ONE_TEXT, workshop, SwapCoordinator.over(workshop), new RunListener() { })) {
      assertEquals(257, run.model().vocabulary());
    }
    Config after = Initial.model(workshop.config("init = \"" + checkpoint("a", 24) + "\""), workshop);
    var e = assertThrows(InvalidInput.class, () -> TrainingRun.open(order(after, "c"), Workshop.ONE_TEXT, workshop, SwapCoordinator.over(workshop), new RunListener() { }).close());
    assertTrue(e.getMessage().contains("has rows for 273 token ids, but the run's tokenizer has only 257"), e::getMessage);
  }

  @Test
  void checkpointCanBeTakenElsewhere() throws IOException {
    train(SWAPPED, "a");
    PhasedRun.copy(checkpoint("a", 16), folder.resolve("shelf/best"));
    try (var model = ModelFolder.open(folder.resolve("shelf/best"), workshop)) {
      assertEquals(257, model.tokenizer().vocabularySize());
    }
  }

  @Test
  void checkpointWithoutATokenizerOfItsOwnIsReadWithThatOfItsRun() throws IOException {
    train(ALL, "a");
    for (String name : List.of("tokenizer.json", "config.conf")) Files.delete(checkpoint("a", 16).resolve(name));
    var json = new ObjectMapper();
    Path run = checkpoint("a", 16).resolve("run.json");
    var all = (ObjectNode) json.readTree(Files.readString(run));
    ((ObjectNode) all.path("files")).remove(List.of("tokenizer.json", "config.conf"));
    Files.writeString(run, Seal.close(json.writerWithDefaultPrettyPrinter().writeValueAsString(all.put(Seal.FIELD, Seal.BLANK)) + "\n"));
    assertEquals(store.tokenizer().fingerprint(), open("a", 16).tokenizer().fingerprint());
    PhasedRun.copy(checkpoint("a", 16), folder.resolve("shelf/best"));
    var e = assertThrows(InvalidInput.class, () -> TrainedModel.open(folder.resolve("shelf/best"), workshop));
    assertTrue(e.getMessage().contains("there is no config.conf in it"), e::getMessage);
  }
}
