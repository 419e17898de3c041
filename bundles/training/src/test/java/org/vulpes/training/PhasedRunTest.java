package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.corpus.TokenStore;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Swaps;
import org.vulpes.training.Outcome.Status;

/** Runs whose configuration changes on the way, and runs that begin in the middle of another. Stage 'short' has 64 tokens a step, so 50 % of 2,560 tokens are reached after 20 steps. */
class PhasedRunTest {
  private static final String POOLED = "changes = [{ at = 50%, model.attention.gqa.kv-heads = 1, optimizer.adamw.lr = 1e-3 }]";
  private static final String TWICE = """
      swaps = [{ at = "9 steps", slot = schedule, use = linear }]
      changes = [
        { at = "12 steps", model { layers = 3, embedding.use = untied }, optimizer.use = lion }
        { at = 70%, model.attention.gqa.kv-heads = 4, optimizer.use = adamw, curriculum { use = flat, flat { sequence-length = 32, batch-tokens = 64 } } }
      ]
      """;

  private final Workshop workshop = new Workshop();
  private final Swaps swaps = SwapCoordinator.over(workshop);
  private final List<String> said = new ArrayList<>();
  @TempDir Path folder;
  private TokenStore store;

  @BeforeEach
  void store() {
    store = workshop.store(folder.resolve("cache"));
  }

  private RunOrder order(Config config, String run) {
    return new RunOrder(config, 3, store, folder.resolve(run), "");
  }

  private Texts texts() {
    return (c, plugins) -> workshop.store(folder.resolve("cache"), c, plugins);
  }

  private Outcome train(Config config, String run, int steps, Long... waypoints) {
    var left = new AtomicInteger(steps);
    return new PhasedRun(order(config, run), texts(), workshop, swaps, new RunListener() {
      @Override
      public void said(String sentence) {
        said.add(sentence);
      }
    }).train(new TreeSet<>(List.of(waypoints)), () -> left.getAndDecrement() <= 0);
  }

  private byte[] weights(String run) throws IOException {
    try (var all = Files.list(folder.resolve(run).resolve("checkpoints"))) {
      Path newest = all.filter(p -> p.getFileName().toString().matches("\\d+")).max(java.util.Comparator.comparingLong(p -> Long.parseLong(p.getFileName().toString()))).orElseThrow();
      return Files.readAllBytes(newest.resolve("model.safetensors"));
    }
  }

  private List<String> metrics(String run) throws IOException {
    return Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl")).stream().map(l -> l.replaceAll("\"seconds\":[^,}]*", "")).toList();
  }

  private List<Map<String, Object>> events(String run, String event) {
    return RunJournal.read(folder.resolve(run).resolve("journal.jsonl")).stream().filter(l -> event.equals(l.get("event"))).toList();
  }

  @Test
  void configurationChangesAtItsStepAndTheJournalTellsWhatItCost() {
    assertEquals(Status.FINISHED, train(workshop.config(POOLED), "a", 10_000).status());
    var surgery = events("a", "surgery").getFirst();
    assertEquals(20, surgery.get("step"));
    assertEquals(List.of("2 key/value heads become 1, means of 2"), surgery.get("surgery"));
    assertEquals(List.of("m (first moment), as the weights", "v (second moment), as the weights"), surgery.get("carried"));
    double jump = ((Number) surgery.get("bits-per-byte-after")).doubleValue() - ((Number) surgery.get("bits-per-byte-before")).doubleValue();
    assertTrue(jump != 0 && Math.abs(jump) < 0.5, () -> "jump of " + jump);
    assertTrue(((Number) surgery.get("pause-us")).longValue() > 0);
    assertTrue(said.stream().anyMatch(s -> s.matches("after step 20: model.attention.gqa.kv-heads = 1, optimizer.adamw.lr = 0.001; 2 key/value heads .* bits per byte before, .* after \\([+-].*\\); .*; pause \\d+ ms")), said::toString);
    var steps = RunJournal.read(folder.resolve("a/metrics.jsonl")).stream().filter(l -> l.containsKey("loss")).toList();
    assertEquals(30, steps.size());
    // The schedule goes on where it was; its peak is another.
    double before = ((Number) steps.get(19).get("learning-rate")).doubleValue();
    double after = ((Number) steps.get(20).get("learning-rate")).doubleValue();
    double lr = workshop.config("").getDouble("optimizer.adamw.lr");
    assertEquals(before / lr, after / 1e-3, 0.1);
  }

  @Test
  void exactSurgeryDoesNotMoveTheMeasure() {
    train(workshop.config(TWICE), "a", 10_000);
    for (var surgery : events("a", "surgery")) {
      assertEquals(((Number) surgery.get("bits-per-byte-before")).doubleValue(), ((Number) surgery.get("bits-per-byte-after")).doubleValue(), 1e-5);
      assertEquals(true, surgery.get("exact"));
    }
    assertEquals(List.of("v (second moment)"), events("a", "surgery").getFirst().get("left"));
    assertEquals(List.of("v (second moment) from what was there"), events("a", "surgery").getLast().get("begun"));
    assertEquals(1, events("a", "swap").size());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 11, 12, 13, 28})
  void runWithPhasesResumesBitForBitWhereverItWasStopped(int steps) throws IOException {
    Config config = workshop.config(TWICE);
    assertEquals(Status.FINISHED, train(config, "whole", 10_000).status());
    train(config, "parts", steps);
    assertEquals(Status.FINISHED, train(config, "parts", 10_000).status());
    assertArrayEquals(weights("whole"), weights("parts"));
    assertEquals(metrics("whole"), metrics("parts"));
  }

  @Test
  void anArmThatBeginsInTheMiddleOfAnotherHasTheBitsOfOneThatBeganItself() throws IOException {
    Config trunk = workshop.config("");
    Config arm = workshop.config(POOLED);
    train(arm, "alone", 10_000);
    train(trunk, "undisturbed", 10_000);
    train(trunk, "trunk", 10_000, 1280L);
    assertArrayEquals(weights("undisturbed"), weights("trunk"), "leaving a checkpoint for others changes nothing");
    Fork.branch(folder.resolve("trunk"), 1280, trunk, store, texts(), workshop).begin(order(arm, "branched"), false);
    train(arm, "branched", 10_000);
    assertArrayEquals(weights("alone"), weights("branched"));
    assertEquals(metrics("alone"), metrics("branched"));
    assertEquals(20, events("branched", "fork").getFirst().get("step"));
    PhasedRun.forgetBranches(folder.resolve("trunk"));
    assertFalse(Files.exists(PhasedRun.branch(folder.resolve("trunk"), 1280)));
  }

  @Test
  void vocabularyIsExchangedAndTheRunGoesOnAtTheSameDocuments() {
    Config config = workshop.config("changes = [{ at = 50%, tokenizer { use = bpe, bpe.vocabulary = 300 } }]");
    var outcome = train(config, "a", 10_000);
    assertEquals(Status.FINISHED, outcome.status());
    var surgery = events("a", "surgery").getFirst();
    assertTrue(surgery.get("surgery").toString().matches("\\[257 tokens become 273: 257 keep their rows, 16 begin with the mean of old pieces]"), surgery::toString);
    assertTrue(outcome.bitsPerByte() > 0 && outcome.epochs().values().stream().allMatch(e -> e > 0));
  }

  @Test
  void forkByHandKeepsItsOriginAndRefusesWhatIsNotThere() {
    Config config = workshop.config("");
    train(config, "a", 22);
    Fork fork = Fork.at(PastRun.open(folder.resolve("a")), 22, (c, plugins) -> store, workshop);
    Config wider = workshop.config("model.feedforward.gated.width = 32");
    assertTrue(fork.begin(order(wider, "b"), true).startsWith("24 inner units become 32, the new ones with no weight at first (exact)"));
    assertTrue(Files.exists(folder.resolve("b/origin/22/run.json")));
    assertEquals(Status.FINISHED, train(wider, "b", 10_000).status());
    var gone = assertThrows(InvalidInput.class, () -> Fork.at(PastRun.open(folder.resolve("a")), 3, (c, plugins) -> store, workshop));
    assertTrue(gone.getMessage().contains("holds no checkpoint of step 3; those that are there are of the steps 20, 22"), gone::getMessage);
    var again = assertThrows(InvalidInput.class, () -> fork.begin(order(wider, "b"), true));
    assertTrue(again.getMessage().contains("holds a run already"), again::getMessage);
    var impossible = assertThrows(InvalidInput.class, () -> fork.begin(order(workshop.config("model.width = 32"), "c"), true));
    assertTrue(impossible.getMessage().contains("no surgery turns a model with model.width = 16"), impossible::getMessage);
    assertFalse(Files.exists(folder.resolve("c")));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      { at = half, model.layers = 3 }                               | changes[0].at must be a share of the budget
      { at = 50% }                                                  | changes nothing
      { at = 50%, model.layers = 2 }                                | changes nothing
      { at = 50%, model.layer = 3 }                                 | model.layer is not a key
      { at = 50%, training.tokens = 5000 }                          | training.tokens cannot be changed while a run goes on
      { at = 50%, corpus.use = files }                              | corpus cannot be changed while a run goes on
      { at = 50%, model.layers = 3 }, { at = 40%, model.layers = 4 } | must lie behind the change before it, which is at 50%
      """)
  void wrongChangeIsRefusedBeforeAnythingTrains(String change, String part) {
    var e = assertThrows(InvalidInput.class, () -> Phase.of(workshop.config("corpus.use = packages, changes = [" + change + "]"), workshop.reference().withFallback(ConfigFactory.parseString("corpus.use = packages"))));
    assertTrue(e.getMessage().contains(part), e::getMessage);
  }

  @Test
  void lessonsOfALaterPhaseBeginAtItsStep() {
    assertEquals(List.of("short 0", "long 1280", "flat 1792"), Lessons.of(workshop.config(TWICE), workshop).stream().map(l -> l.name() + " " + l.fromToken()).toList());
  }

  private Replay.Result replay(String run) {
    return Replay.open(PastRun.open(folder.resolve(run)), texts(), workshop).train(swaps, new RunListener() { }, () -> false).orElseThrow();
  }

  @Test
  void runWithSwapsChangesAndSurgeryIsReplayedBitForBit() throws Exception {
    Config config = workshop.config(TWICE);
    train(config, "a", 15);
    train(config, "a", 10_000);
    var result = replay("a");
    assertTrue(result.equal(), result::difference);
    assertEquals(0, result.from());
    assertFalse(Files.exists(folder.resolve("a/.replay")), "what is equal need not be kept");
    // A fork is replayed from where it began.
    Fork.at(PastRun.open(folder.resolve("a")), result.steps(), (c, plugins) -> store, workshop).begin(order(workshop.config("training.tokens = 3200, model.layers = 4, model.attention.gqa.kv-heads = 4, model.embedding.use = untied"), "b"), true);
    train(workshop.config("training.tokens = 3200, model.layers = 4, model.attention.gqa.kv-heads = 4, model.embedding.use = untied"), "b", 10_000);
    var forked = replay("b");
    assertTrue(forked.equal(), forked::difference);
    assertEquals(result.steps(), forked.from());
    assertTrue(forked.steps() > forked.from());
  }

  @Test
  void swapsByHandAreReplayedAtTheirSteps() throws Exception {
    try (var run = new Watched(workshop.config("training { tokens = 100000000, checkpoint-every = 1000, evaluations = 1 }, swapping.probation-steps = 2"), store, workshop, swaps, folder.resolve("a"), "")) {
      run.awaitStep(3);
      assertTrue(run.swap("optimizer", "lion", s -> { }));
      assertTrue(run.swap("curriculum", "flat", s -> { }, "sequence-length=16", "batch-tokens=32"));
      run.stopAt(run.step() + 2);
    }
    var result = replay("a");
    assertTrue(result.equal(), result::difference);
    // Another build of the optimizer than the one that was swapped in then.
    Path journal = folder.resolve("a/journal.jsonl");
    String all = Files.readString(journal);
    Files.writeString(journal, all.replaceAll("(?m)^(.*\"phase\":\"done\".*\"sha256\":)\"\"(,\"use\":\"lion\".*)$", "$1\"abcabcabcabcabc\"$2"));
    var e = assertThrows(InvalidInput.class, () -> replay("a"));
    assertTrue(e.getMessage().contains("cannot be replayed with the same bits: optimizer was exchanged after step ") && e.getMessage().contains("with SHA-256 abcabcabcabc…, which is not installed"), e::getMessage);
  }

  @Test
  void brickWithOtherParametersTakesOverBySurgeryAndCanBeUndoneAndReplayed() throws Exception {
    Config endless = workshop.config("training { tokens = 100000000, checkpoint-every = 1000, evaluations = 1 }, swapping.probation-steps = 2");
    try (var run = new Watched(endless, store, workshop, swaps, folder.resolve("a"), "")) {
      run.awaitStep(3);
      var told = new ArrayList<String>();
      assertTrue(run.swap("model.attention", "gqa", told::add, "kv-heads=4"), told::toString);
      assertTrue(told.stream().anyMatch(s -> s.matches(".*2 key/value heads become 4, each 2 times \\(exact\\); ([0-9.]+) bits per byte before, \\1 after \\([+-]0\\.0000\\).*m, as the weights.*")), told::toString);
      assertTrue(run.swap("model.attention", "gqa", told::add, "kv-heads=1"), told::toString);
      assertTrue(run.control.swap(new org.vulpes.slot.SwapRequest("model.attention", "", List.of(), false), told::add), told::toString);
      assertFalse(run.swap("model.attention", "gqa", told::add, "model.layers=3"));
      assertTrue(told.getLast().contains("model.layers belongs to the slot model.depth") && told.getLast().contains("changes"), told::toString);
      run.stopAt(run.step() + 2);
    }
    try (var run = new Watched(endless, store, workshop, swaps, folder.resolve("a"), "")) {
      run.stopAt(run.step() + 3);
    }
    var result = replay("a");
    assertTrue(result.equal(), result::difference);
  }

  @Test
  void blocksAreAddedToARunThatIsGoingAndStayOverAResumeAndAReplay() throws Exception {
    Config endless = workshop.config("training { tokens = 100000000, checkpoint-every = 1000, evaluations = 1 }, swapping.probation-steps = 2");
    var told = new ArrayList<String>();
    try (var run = new Watched(endless, store, workshop, swaps, folder.resolve("a"), "")) {
      run.awaitStep(3);
      assertTrue(run.swap("model.layers", "3", told::add), told::toString);
      assertTrue(told.stream().anyMatch(s -> s.matches(".*2 blocks become 3, the new ones writing nothing at first, each behind its original \\(exact\\); ([0-9.]+) bits per byte before, \\1 after \\([+-]0\\.0000\\).*m, as the weights.*")), told::toString);
      assertTrue(run.swap("model.depth", "uniform", told::add, "layers=4"), told::toString);
      assertEquals("{\"model.layers\":4}", run.control.status().slots().stream().filter(o -> o.slot().equals("model.depth")).findFirst().orElseThrow().options());
      assertFalse(run.swap("model.layers", "0", told::add));
      assertTrue(told.getLast().contains("model.layers must be from 1"), told::toString);
      assertFalse(run.control.swap(new org.vulpes.slot.SwapRequest("model.layers", "", List.of(), false), told::add));
      assertTrue(told.getLast().contains("takes away blocks of a model that has 4; surgery only adds blocks"), told::toString);
      run.stopAt(run.step() + 2);
    }
    try (var run = new Watched(endless, store, workshop, swaps, folder.resolve("a"), "")) {
      run.stopAt(run.step() + 3);
    }
    assertEquals(4, TrainedModel.open(folder.resolve("a"), workshop).decoder().layers());
    var result = replay("a");
    assertTrue(result.equal(), result::difference);
  }

  @Test
  void vocabularyOfARunThatIsGoingIsExchangedTakenBackResumedAndReplayed() throws Exception {
    Config endless = workshop.config("training { tokens = 100000000, checkpoint-every = 1000, evaluations = 1 }, swapping.probation-steps = 2");
    var told = new ArrayList<String>();
    long steps;
    try (var run = new Watched(endless, store, workshop, swaps, folder.resolve("a"), "")) {
      run.awaitStep(3);
      assertTrue(run.swap("tokenizer", "bpe", told::add, "vocabulary=300"), told::toString);
      assertTrue(told.stream().anyMatch(s -> s.matches(".*257 tokens become 273: 257 keep their rows, 16 begin with the mean of old pieces; .* bits per byte before, .* after .*m, as the weights.*place in the text.*")), told::toString);
      assertTrue(run.swap("optimizer", "lion", told::add, "lr=1e-3"), told::toString);
      assertTrue(run.swap("tokenizer", "byte", told::add), told::toString);
      assertTrue(run.control.swap(new org.vulpes.slot.SwapRequest("tokenizer", "", List.of(), false), told::add), told::toString);
      assertFalse(run.swap("tokenizer", "bpe", told::add, "vocabulary=3"));
      assertTrue(told.getLast().contains("tokenizer.bpe.vocabulary must be from"), told::toString);
      steps = run.stopAt(run.step() + 2);
    }
    var whole = TrainedModel.open(folder.resolve("a"), workshop);
    assertEquals(273, whole.decoder().vocabulary());
    assertEquals(273, whole.tokenizer().vocabularySize());
    var result = replay("a");
    assertTrue(result.equal(), result::difference);
    // Forked: it goes on with the tokens that are there.
    Config wider = endless.withValue("model.feedforward.gated.width", com.typesafe.config.ConfigValueFactory.fromAnyRef(32));
    Fork.at(PastRun.open(folder.resolve("a")), steps, texts(), workshop).begin(order(wider, "b"), true);
    for (String name : List.of("a", "b")) {
      try (var run = new Watched(name.equals("a") ? endless : wider, store, workshop, swaps, folder.resolve(name), "")) {
        assertEquals("bpe", run.control.status().slots().stream().filter(o -> o.slot().equals("tokenizer")).findFirst().orElseThrow().use());
        run.stopAt(steps + 3);
      }
      assertEquals(273, TrainedModel.open(folder.resolve(name), workshop).decoder().vocabulary());
    }
    result = replay("a");
    assertTrue(result.equal(), result::difference);
  }

  @Test
  void vocabularyInAConfigurationsSwapsHasTheBitsOfTheChangeThatSaysTheSame() throws IOException {
    Config swapped = workshop.config("swaps = [{ at = 50%, slot = tokenizer, use = bpe, bpe.vocabulary = 300 }]");
    train(swapped, "a", 10_000);
    train(swapped, "b", 23);
    train(swapped, "b", 10_000);
    assertArrayEquals(weights("a"), weights("b"));
    train(workshop.config("changes = [{ at = 50%, tokenizer { use = bpe, bpe.vocabulary = 300 } }]"), "c", 10_000);
    assertArrayEquals(weights("a"), weights("c"));
  }

  @Test
  void depthInAConfigurationsSwapsHasTheBitsOfTheChangeThatSaysTheSame() throws IOException {
    train(workshop.config("swaps = [{ at = 50%, slot = model.depth, use = uniform, model.layers = 3 }]"), "a", 10_000);
    train(workshop.config("swaps = [{ at = 50%, slot = model.depth, use = uniform, model.layers = 3 }]"), "b", 23);
    train(workshop.config("swaps = [{ at = 50%, slot = model.depth, use = uniform, model.layers = 3 }]"), "b", 10_000);
    assertArrayEquals(weights("a"), weights("b"));
    train(workshop.config("changes = [{ at = 50%, model.layers = 3 }]"), "c", 10_000);
    assertArrayEquals(weights("a"), weights("c"));
  }

  @Test
  void surgeryInAConfigurationIsASwapAtItsStep() throws IOException {
    Config swapped = workshop.config("swaps = [{ at = 50%, slot = model.feedforward, use = gated, gated.width = 32 }]");
    train(swapped, "a", 10_000);
    train(swapped, "b", 23);
    train(swapped, "b", 10_000);
    assertArrayEquals(weights("a"), weights("b"));
    assertTrue(events("a", "swap").toString().contains("24 inner units become 32"), () -> events("a", "swap").toString());
    // The same by a change of the configuration: equal bits, as both operate on the same weights and moments.
    train(workshop.config("changes = [{ at = 50%, model.feedforward.gated.width = 32 }]"), "c", 10_000);
    assertArrayEquals(weights("a"), weights("c"));
  }

  @Test
  void replayTellsWhatIsNotTheSame() throws IOException {
    train(workshop.config(""), "a", 10_000);
    Path metrics = folder.resolve("a/metrics.jsonl");
    String all = Files.readString(metrics);
    String loss = RunJournal.read(metrics).get(4).get("loss").toString();
    Files.writeString(metrics, all.replace("\"loss\":" + loss, "\"loss\":1.25"));
    var result = replay("a");
    assertEquals("loss of step 5 was 1.25 and is " + loss, result.difference());
    assertTrue(Files.exists(folder.resolve("a/.replay/metrics.jsonl")), "kept to be looked at");
    Files.writeString(metrics, all.lines().limit(9).collect(java.util.stream.Collectors.joining("\n", "", "\n")));
    assertEquals("metrics.jsonl of the run tells nothing of step 10; it was altered", replay("a").difference(), "what is not there was not compared");
    Files.writeString(metrics, all);
    Path journal = folder.resolve("a/journal.jsonl");
    String lines = Files.readString(journal);
    String corpus = store.identity();
    Files.writeString(journal, lines.replace(corpus, "other-text").replaceAll("\"device\":\"jvm", "\"device\":\"opencl:0").replace("\"bundles\":{}", "\"bundles\":{\"org.vulpes.training\":{\"version\":\"9\",\"sha256\":\"abc\"}}"));
    var e = assertThrows(InvalidInput.class, () -> replay("a"));
    for (String part : List.of("the corpus was other-text and is " + corpus, "the device was 'opencl:0", "org.vulpes.training was 9 with SHA-256 abc and is not installed")) assertTrue(e.getMessage().contains(part), e::getMessage);
    Files.writeString(journal, lines);
    Path config = folder.resolve("a/config.conf");
    Files.writeString(config, Files.readString(config).replaceAll("\\bclip *[=:] *[0-9.]+", "clip = 2"));
    assertTrue(assertThrows(InvalidInput.class, () -> replay("a")).getMessage().contains("config.conf is not the configuration with which the run began"));
    assertTrue(assertThrows(InvalidInput.class, () -> replay("nowhere")).getMessage().contains("holds no run"));
  }

  @Test
  void journalTellsOfEveryEventUnderWhichConfigurationItTookPlace() {
    train(workshop.config(POOLED), "a", 10_000);
    var journal = RunJournal.read(folder.resolve("a/journal.jsonl"));
    for (String event : List.of("start", "lesson", "evaluation", "checkpoint", "surgery", "resume", "end")) assertFalse(events("a", event).isEmpty(), event);
    assertTrue(journal.stream().allMatch(l -> l.containsKey("step") && l.containsKey("time") && l.containsKey("config")), journal::toString);
    assertEquals(List.of(16, 32), events("a", "lesson").stream().map(l -> l.get("sequence-length")).toList());
    assertTrue(events("a", "checkpoint").getFirst().get("files").toString().contains("model.safetensors={bytes="));
  }

  /** A device that says it had chosen something. @param given told what each device was handed when it was opened */
  private static DeviceProvider choosing(DeviceProvider jvm, List<Map<String, String>> given) {
    return new DeviceProvider() {
      @Override
      public Optional<String> refusal() {
        return jvm.refusal();
      }

      @Override
      public Device open(int threads) {
        return open(threads, new TreeMap<>());
      }

      @Override
      public Device open(int threads, SortedMap<String, String> tuned) {
        given.add(tuned);
        Device device = jvm.open(threads);
        return (Device) Proxy.newProxyInstance(Device.class.getClassLoader(), new Class<?>[] {Device.class},
            (p, method, arguments) -> method.getName().equals("tuned") ? new TreeMap<>(Map.of("gemm 64x32", "tile 8x4")) : method.invoke(device, arguments));
      }
    };
  }

  @Test
  void whatADeviceChoseForItselfIsJournaledAndHandedBack() {
    var given = new ArrayList<Map<String, String>>();
    DeviceProvider jvm = workshop.create(workshop.config(""), "device");
    workshop.plugins().put("device/jvm", options -> choosing(jvm, given));
    train(workshop.config(""), "a", 6);
    assertTrue(given.stream().allMatch(Map::isEmpty));
    assertEquals("{gemm 64x32=tile 8x4}", events("a", "tuned").getFirst().get("choices").toString());
    given.clear();
    train(workshop.config(""), "a", 10_000);
    assertTrue(given.contains(Map.of("gemm 64x32", "tile 8x4")), "resumed");
    given.clear();
    assertTrue(replay("a").equal());
    assertTrue(given.contains(Map.of("gemm 64x32", "tile 8x4")), "replayed");
  }
}
