package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.corpus.TokenStore;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.slot.InvalidInput;
import org.vulpes.training.Outcome.Status;

class TrainingRunTest {
  private final Workshop workshop = new Workshop();
  @TempDir Path folder;
  private TokenStore store;

  @BeforeEach
  void store() {
    store = workshop.store(folder.resolve("cache"));
  }

  private Outcome train(Config config, Path run, int steps) {
    var left = new AtomicInteger(steps);
    try (var r = TrainingRun.open(new RunOrder(config, 3, store, run, ""), Workshop.ONE_TEXT, workshop, SwapCoordinator.over(workshop), new RunListener() {})) {
      return r.train(() -> left.getAndDecrement() <= 0);
    }
  }

  private static Path newest(Path run) throws IOException {
    try (var all = Files.list(run.resolve("checkpoints"))) {
      return all.filter(p -> p.getFileName().toString().matches("\\d+")).max(java.util.Comparator.comparingLong(p -> Long.parseLong(p.getFileName().toString()))).orElseThrow();
    }
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(newest(run).resolve("model.safetensors"));
  }

  /** Lines of metrics.jsonl without the seconds, the only thing that may differ. */
  private static List<String> metrics(Path run) throws IOException {
    return Files.readAllLines(run.resolve("metrics.jsonl")).stream().map(l -> l.replaceAll("\"seconds\":[^,}]*", "")).toList();
  }

  @Test
  void learns() {
    Outcome o = train(workshop.config("training.tokens = 20000"), folder.resolve("a"), 10_000);
    assertEquals(Status.FINISHED, o.status());
    // 259 ids equally likely cost 8 bits a byte; the text repeats a few words.
    assertTrue(o.bitsPerByte() < 4, () -> "bits per byte: " + o.bitsPerByte());
    assertEquals(List.of("animals", "numbers"), List.copyOf(o.byDomain().keySet()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 7, 20, 21, 27})
  void resumesBitForBitWhereverItWasStopped(int steps) throws IOException {
    Config config = workshop.config("");
    assertEquals(Status.FINISHED, train(config, folder.resolve("whole"), 10_000).status());
    assertEquals(Status.STOPPED, train(config, folder.resolve("parts"), steps).status());
    assertEquals(Status.STOPPED, train(config, folder.resolve("parts"), 2).status());
    assertEquals(Status.FINISHED, train(config, folder.resolve("parts"), 10_000).status());
    assertArrayEquals(weights(folder.resolve("whole")), weights(folder.resolve("parts")));
    assertEquals(metrics(folder.resolve("whole")), metrics(folder.resolve("parts")));
  }

  @Test
  void losesNothingWhenTheLastCheckpointIsOlderThanTheMetrics() throws IOException {
    Config config = workshop.config("");
    train(config, folder.resolve("whole"), 10_000);
    train(config, folder.resolve("parts"), 10_000);
    // As a kill leaves it: the newest checkpoint gone, a half-written one beside it, a line cut in two.
    Path last = newest(folder.resolve("parts"));
    Files.move(last, last.resolveSibling(".tmp-" + last.getFileName()));
    Files.writeString(folder.resolve("parts/metrics.jsonl"), "{\"step\":99", java.nio.file.StandardOpenOption.APPEND);
    assertEquals(Status.FINISHED, train(config, folder.resolve("parts"), 10_000).status());
    assertArrayEquals(weights(folder.resolve("whole")), weights(folder.resolve("parts")));
    assertEquals(metrics(folder.resolve("whole")), metrics(folder.resolve("parts")));
  }

  @Test
  void givesTheSameBitsOnOneAndOnThreeThreads() throws IOException {
    train(workshop.config(""), folder.resolve("one"), 10_000);
    train(workshop.config("training.threads = 3"), folder.resolve("three"), 10_000);
    assertArrayEquals(weights(folder.resolve("one")), weights(folder.resolve("three")));
  }

  @Test
  void cutsABatchIntoMicroBatchesWithoutChangingItsMeaning() {
    double whole = train(workshop.config("training.micro-batch-tokens = 4096"), folder.resolve("whole"), 10_000).bitsPerByte();
    double cut = train(workshop.config("training.micro-batch-tokens = 48"), folder.resolve("cut"), 10_000).bitsPerByte();
    assertEquals(whole, cut, 2e-3);
  }

  @Test
  void agreesWithTheFloat64Device() {
    double f32 = train(workshop.config("training.tokens = 640"), folder.resolve("jvm"), 10_000).bitsPerByte();
    double f64 = train(workshop.config("training.tokens = 640, device.use = reference"), folder.resolve("reference"), 10_000).bitsPerByte();
    assertEquals(f64, f32, 1e-4);
  }

  @Test
  void saysWhenTheLossIsNoLongerFinite() {
    Outcome o = train(workshop.config("optimizer.adamw { lr = 10, weight-decay = 10 }, training.tokens = 200000, schedule.cosine.warmup = 0"), folder.resolve("a"), 10_000);
    assertEquals(Status.DIVERGED, o.status());
    assertTrue(o.reason().contains("diverged"), o.reason());
    assertTrue(Double.isNaN(o.bitsPerByte()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "optimizer.safetensors", "tokenizer.json", "config.conf", "run.json"})
  void refusesACheckpointThatWasTruncatedOrAltered(String name) throws IOException {
    train(workshop.config(""), folder.resolve("a"), 9);
    Path file = newest(folder.resolve("a")).resolve(name);
    try (var f = new RandomAccessFile(file.toFile(), "rw")) {
      f.setLength(f.length() / 2);
    }
    long size = Files.size(file);
    var e = assertThrows(InvalidInput.class, () -> train(workshop.config(""), folder.resolve("a"), 1));
    assertTrue(e.getMessage().contains("damaged") && e.getMessage().contains("resume from step 8"), e.getMessage());
    assertEquals(size, Files.size(file), "nothing is touched");
  }

  @Test
  void refusesTheFolderOfAnotherRun() {
    train(workshop.config(""), folder.resolve("a"), 5);
    var e = assertThrows(InvalidInput.class, () -> train(workshop.config("optimizer.adamw.lr = 1e-4"), folder.resolve("a"), 1));
    assertTrue(e.getMessage().contains("another configuration"), e.getMessage());
  }

  @Test
  void resumesWithOtherIncidentals() {
    train(workshop.config(""), folder.resolve("a"), 5);
    assertEquals(Status.FINISHED, train(workshop.config("training { threads = 2, checkpoint-every = 3, keep-checkpoints = 1 }"), folder.resolve("a"), 10_000).status());
  }

  @Test
  void writesAnewWhatBecameOfConfigurationAndTokenizer() throws IOException {
    train(workshop.config(""), folder.resolve("a"), 5);
    String tokenizer = Files.readString(folder.resolve("a/tokenizer.json"));
    Files.delete(folder.resolve("a/config.conf"));
    Files.writeString(folder.resolve("a/tokenizer.json"), "damaged");
    train(workshop.config(""), folder.resolve("a"), 1);
    assertEquals(tokenizer, Files.readString(folder.resolve("a/tokenizer.json")));
    assertTrue(Files.exists(folder.resolve("a/config.conf")));
  }

  @Test
  void saysThatItsCurvesHaveAGap() throws IOException {
    train(workshop.config(""), folder.resolve("a"), 5);
    Files.delete(folder.resolve("a/metrics.jsonl"));
    var said = new ArrayList<String>();
    TrainingRun.open(new RunOrder(workshop.config(""), 3, store, folder.resolve("a"), ""), Workshop.ONE_TEXT, workshop, SwapCoordinator.over(workshop), new RunListener() {
      @Override
      public void said(String sentence) {
        said.add(sentence);
      }
    }).close();
    assertTrue(said.getFirst().endsWith("metrics.jsonl holds 0 of the 5 steps before the checkpoint: the run goes on, but its curves will have a gap."), said.toString());
  }

  @Test
  void saysWhereItCannotWrite() throws IOException {
    Files.createDirectories(folder.resolve("a"));
    Files.writeString(folder.resolve("a/checkpoints"), "a file in the way");
    var e = assertThrows(InvalidInput.class, () -> train(workshop.config(""), folder.resolve("a"), 5));
    assertTrue(e.getMessage().startsWith("Cannot write " + folder.resolve("a/checkpoints")), e.getMessage());
  }

  @Test
  void leavesNoTemporaryFiles() throws IOException {
    train(workshop.config(""), folder.resolve("a"), 10_000);
    try (var all = Files.walk(folder.resolve("a"))) {
      assertFalse(all.anyMatch(p -> p.getFileName().toString().startsWith(".tmp") || p.toString().endsWith(".tmp")));
    }
  }
}
