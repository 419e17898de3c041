package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.corpus.TokenStore;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.RunControl;
import org.vulpes.slot.SwapFailed;
import org.vulpes.slot.SwapRequest;
import org.vulpes.slot.Swaps;
import org.vulpes.training.Outcome.Status;

/** Swaps of stock plugins: from the configuration, by hand, through the socket, and over kills. */
class SwapRunTest {
  /** Some 30 steps, three swaps: by share, by steps and by tokens. */
  private static final String PLANNED = """
      swaps = [
        { at = 40%, slot = curriculum, use = flat, flat { sequence-length = 32, batch-tokens = 64 } }
        { at = "9 steps", slot = optimizer, use = lion, lion.lr = 1e-3 }
        { at = 1900, slot = optimizer, use = adamw }
      ]
      """;

  private final Workshop workshop = new Workshop();
  private final Swaps swaps = SwapCoordinator.over(workshop);
  @TempDir Path folder;
  private TokenStore store;

  @BeforeEach
  void store() {
    store = workshop.store(folder.resolve("cache"));
  }

  private Outcome train(Config config, String run, int steps) {
    var left = new AtomicInteger(steps);
    try (var r = TrainingRun.open(new RunOrder(config, 3, store, folder.resolve(run), ""), (c, plugins) -> workshop.store(folder.resolve("cache"), c, plugins), workshop, swaps, new RunListener() {})) {
      return r.train(() -> left.getAndDecrement() <= 0);
    }
  }

  private Path newest(String run) throws IOException {
    try (var all = Files.list(folder.resolve(run).resolve("checkpoints"))) {
      return all.filter(p -> p.getFileName().toString().matches("\\d+")).max(java.util.Comparator.comparingLong(p -> Long.parseLong(p.getFileName().toString()))).orElseThrow();
    }
  }

  private byte[] weights(String run) throws IOException {
    return Files.readAllBytes(newest(run).resolve("model.safetensors"));
  }

  private List<Map<String, Object>> lines(String run, String file) {
    return RunJournal.read(folder.resolve(run).resolve(file));
  }

  private List<Map<String, Object>> done(String run) {
    return lines(run, "journal.jsonl").stream().filter(l -> "swap".equals(l.get("event")) && "done".equals(l.get("phase"))).toList();
  }

  private List<String> metrics(String run) throws IOException {
    return Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl")).stream().map(l -> l.replaceAll("\"seconds\":[^,}]*", "")).toList();
  }

  @Test
  void configuredSwapsTakeEffectExactlyAtTheirSteps() {
    assertEquals(Status.FINISHED, train(workshop.config(PLANNED), "a", 10_000).status());
    var done = done("a");
    // Stage 'short' has 64 tokens a step: 40 % of 2,560 tokens are reached after 16 steps; flat goes on with 64, so 1,900 tokens after 30.
    assertEquals(List.of(9, 16, 30), done.stream().map(l -> l.get("step")).toList());
    assertEquals(List.of("lion", "flat", "adamw"), done.stream().map(l -> ((Map<?, ?>) l.get("to")).get("use")).toList());
    assertTrue(((Map<?, ?>) done.getFirst().get("to")).get("options").toString().contains("\"beta2\":0.99,\"lr\":0.001"), "the entry's options over the defaults");
    assertEquals(List.of("m (first moment)"), done.getFirst().get("carried"));
    assertEquals(List.of("v (second moment)"), done.getFirst().get("left"));
    assertEquals(List.of("v (second moment) from what was there"), done.getLast().get("begun"));
    var steps = lines("a", "metrics.jsonl").stream().filter(l -> l.containsKey("loss")).toList();
    assertEquals("optimizer = lion", steps.get(9).get("swap"));
    assertEquals(16, steps.get(15).get("sequence-length"));
    assertEquals(32, steps.get(16).get("sequence-length"));
    assertEquals(3, steps.stream().filter(l -> l.containsKey("swap")).count());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 9, 10, 16, 17, 29, 30, 31})
  void runWithConfiguredSwapsResumesBitForBitWhereverItWasStopped(int steps) throws IOException {
    Config config = workshop.config(PLANNED);
    assertEquals(Status.FINISHED, train(config, "whole", 10_000).status());
    assertEquals(Status.STOPPED, train(config, "parts", steps).status());
    assertEquals(Status.STOPPED, train(config, "parts", 1).status());
    assertEquals(Status.FINISHED, train(config, "parts", 10_000).status());
    assertArrayEquals(weights("whole"), weights("parts"));
    assertEquals(metrics("whole"), metrics("parts"));
  }

  @Test
  void configuredSwapBelongsToTheRunsIdentity() {
    train(workshop.config(""), "a", 5);
    var e = assertThrows(InvalidInput.class, () -> train(workshop.config("swaps = [{ at = 50%, slot = optimizer, use = lion }]"), "a", 1));
    assertTrue(e.getMessage().contains("another configuration"), e::getMessage);
  }

  @Test
  void configuredSwapThatCannotBeDoneFailsTheTrial() {
    // Its domain is not in the corpus: found when the candidate is tried out.
    var e = assertThrows(SwapFailed.class, () -> train(workshop.config("swaps = [{ at = 50%, slot = curriculum, use = flat, flat { weights { poems = 1 } } }]"), "a", 10_000));
    assertTrue(e.getMessage().contains("the swap of slot 'curriculum' to 'flat' failed at step 20") && e.getMessage().contains("poems"), e::getMessage);
    assertTrue(lines("a", "journal.jsonl").stream().anyMatch(l -> "failed".equals(l.get("phase"))));
  }

  @Test
  void sameOccupantSwappedInChangesNoBit() throws IOException {
    Config plain = workshop.config("");
    train(plain, "plain", 10_000);
    var uses = Map.of("curriculum", "staged", "kernels.gemm", "packed", "model.attention", "gqa", "model.feedforward", "gated", "model.norm", "rms");
    for (String slot : TrainingRun.SWAPPABLE) {
      String use = uses.getOrDefault(slot, plain.getString(slot + ".use"));
      train(workshop.config("swaps = [{ at = \"11 steps\", slot = " + slot + ", use = " + use + " }]"), slot, 10_000);
      assertEquals(List.of(11), done(slot).stream().map(l -> l.get("step")).toList(), slot);
      assertArrayEquals(weights("plain"), weights(slot), slot);
      assertEquals(curves("plain"), curves(slot), slot);
    }
  }

  /** Metrics but for what marks a swap. */
  private List<String> curves(String run) throws IOException {
    return metrics(run).stream().map(l -> l.replaceAll("\"swap\":\"[^\"]*\",", "")).toList();
  }

  @Test
  void naiveKernelsComputeTheSameRun() {
    double packed = train(workshop.config(""), "packed", 10_000).bitsPerByte();
    assertEquals(packed, train(workshop.config("kernels.gemm.use = naive"), "naive", 10_000).bitsPerByte(), 1e-4);
    assertEquals(packed, train(workshop.config("swaps = [{ at = 50%, slot = kernels.gemm, use = naive }]"), "changed", 10_000).bitsPerByte(), 1e-4);
  }

  @Test
  void kernelsOfAnotherDeviceAreRefused() {
    var e = assertThrows(InvalidInput.class, () -> train(workshop.config("device.use = reference, kernels.gemm.use = naive"), "a", 1));
    assertTrue(e.getMessage().contains("is for device = jvm, not for reference"), e::getMessage);
  }

  @Test
  void optimizerSwapWorksOnTheReferenceDevice() {
    double f32 = train(workshop.config("training.tokens = 640, swaps = [{ at = 50%, slot = optimizer, use = lion }]"), "jvm", 10_000).bitsPerByte();
    double f64 = train(workshop.config("training.tokens = 640, device.use = reference, swaps = [{ at = 50%, slot = optimizer, use = lion }]"), "reference", 10_000).bitsPerByte();
    assertEquals(f64, f32, 1e-3);
  }

  private Config endless(String more) {
    return workshop.config("""
        training { tokens = 100000000, checkpoint-every = 1000000, evaluations = 1 }
        swapping.probation-steps = 3
        """ + more);
  }

  private Watched watch(Config config, String run) {
    return new Watched(config, store, workshop, swaps, folder.resolve(run), "");
  }

  @Test
  void undoIsASwapWithThePresentState() throws Exception {
    try (var run = watch(endless(""), "a")) {
      run.awaitStep(3);
      var told = new ArrayList<String>();
      assertTrue(run.swap("optimizer", "lion", told::add, "lr=1e-3"));
      assertEquals("lion", use(run, "optimizer"));
      assertTrue(told.getLast().matches("optimizer = lion stays \\(step \\d+\\): .* tokens/s before, .* after; loss .* before, .* after"), told::toString);
      assertTrue(run.control.swap(new SwapRequest("", "", List.of(), false), told::add));
      var now = run.control.status().slots().stream().filter(o -> o.slot().equals("optimizer")).findFirst().orElseThrow();
      assertEquals("adamw", now.use());
      assertTrue(now.since() > 3);
      run.stopAt(0);
    }
    assertEquals(List.of("live", "undo"), done("a").stream().map(l -> l.get("origin")).toList());
  }

  @Test
  void undoBringsBackWhatWasReplacedBeforeTheRunWasResumed() throws Exception {
    try (var run = watch(endless(""), "a")) {
      run.awaitStep(3);
      assertTrue(run.swap("schedule", "linear", s -> { }));
      assertTrue(run.swap("optimizer", "lion", s -> { }, "lr=1e-3"));
      run.stopAt(run.step() + 1);
    }
    try (var run = watch(endless(""), "a")) {
      assertEquals("lion", use(run, "optimizer"));
      var told = new ArrayList<String>();
      assertTrue(run.control.swap(new SwapRequest("", "", List.of(), false), told::add), told::toString);
      assertEquals("adamw", use(run, "optimizer"));
      assertTrue(run.control.swap(new SwapRequest("schedule", "", List.of(), false), told::add), told::toString);
      assertEquals("cosine", use(run, "schedule"));
      assertTrue(assertThrows(InvalidInput.class, () -> run.control.swap(new SwapRequest("curriculum", "", List.of(), false), told::add)).getMessage().startsWith("There is nothing to undo in slot 'curriculum'"));
      run.stopAt(0);
    }
  }

  private static String use(Watched run, String slot) {
    return run.control.status().slots().stream().filter(o -> o.slot().equals(slot)).findFirst().orElseThrow().use();
  }

  /** As a kill leaves it: the journal knows of swaps that no checkpoint holds. */
  @Test
  void swapsByHandAreDoneAgainAtTheirStepsWhenTheRunIsResumed() throws Exception {
    long steps;
    try (var run = watch(endless("training.checkpoint-every = 7"), "whole")) {
      run.awaitStep(3);
      assertTrue(run.swap("optimizer", "lion", s -> { }));
      assertTrue(run.swap("curriculum", "flat", s -> { }, "sequence-length=16", "batch-tokens=32"));
      assertTrue(run.swap("schedule", "cosine", s -> { }, "floor=0.5"));
      steps = run.stopAt(run.step() + 3);
    }
    byte[] whole = weights("whole");
    var before = metrics("whole");
    // Without any checkpoint everything after the start is to be done again.
    for (Path p : List.of(newest("whole"))) Durable.discard(p);
    try (var all = Files.list(folder.resolve("whole/checkpoints"))) {
      for (Path p : all.toList()) Durable.discard(p);
    }
    try (var run = watch(endless("training.checkpoint-every = 7"), "whole")) {
      assertEquals(steps, run.stopAt(steps));
      assertTrue(run.said.stream().anyMatch(s -> s.contains("as it was before the run was resumed")), run.said::toString);
    }
    assertArrayEquals(whole, weights("whole"));
    assertEquals(before, metrics("whole"));
    // And once more: what was done again is not done twice.
    try (var run = watch(endless("training.checkpoint-every = 7"), "whole")) {
      run.stopAt(steps + 2);
      assertEquals(List.of("resumed from step " + steps), run.said.stream().filter(s -> !s.contains("tokens/s")).toList());
    }
  }

  @Test
  void anotherTerminalReachesTheRunThroughItsSocket() throws Exception {
    // Another coordinator knows nothing of this process's runs, as another process would.
    Swaps elsewhere = SwapCoordinator.over(new Workshop());
    Path run = folder.resolve("a".repeat(90)).resolve("a run whose path no socket holds");
    for (Path place : List.of(folder.resolve("near"), run)) {
      Path socket;
      try (var going = new Watched(endless(""), store, workshop, swaps, place, "")) {
        going.awaitStep(3);
        assertEquals("rwx------", java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(place.resolve(".control"))));
        Path pointer = place.resolve(".control/path");
        socket = Files.exists(pointer) ? Path.of(Files.readString(pointer)) : place.resolve(".control/socket");
        assertEquals("rw-------", java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        RunControl control = elsewhere.attach(place);
        assertTrue(control.status().slots().stream().map(Occupant::slot).toList().containsAll(TrainingRun.SWAPPABLE));
        assertTrue(control.status().stays().get("corpus").contains("`mixture` changes what is drawn"), control.status().stays()::toString);
        assertEquals(new RunControl.Installed(workshop.entries(), List.of()), control.installed(), "the run's plugins, not those of whoever asks");
        var told = new ArrayList<String>();
        assertTrue(control.swap(new SwapRequest("optimizer", "lion", List.of("lr=1e-3"), false), told::add));
        assertTrue(told.getFirst().startsWith("prepared lion"), told::toString);
        assertFalse(control.swap(new SwapRequest("optimizer", "lino", List.of(), false), told::add));
        assertTrue(assertThrows(InvalidInput.class, () -> control.swap(new SwapRequest("x", "y", List.of(), false), told::add)).getMessage().contains("cannot be exchanged"));
        going.stopAt(0);
      }
      assertFalse(Files.exists(socket), "taken away with the run");
      var gone = assertThrows(InvalidInput.class, () -> elsewhere.attach(place)).getMessage();
      assertTrue(gone.startsWith("Nobody is training in " + place), gone);
      // One that a kill has left is in nobody's way.
      Files.createDirectories(place.resolve(".control"));
      Files.writeString(place.resolve(".control/socket"), "");
    }
    assertTrue(assertThrows(InvalidInput.class, () -> elsewhere.attach(folder.resolve("nowhere"))).getMessage().contains("does not exist"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      { at = 50%, slot = corpus, use = workshop }        | slot is 'corpus', which cannot be exchanged in a run; those that can are curriculum
      { at = 50%, slot = optimiser, use = lion }         | did you mean 'optimizer'
      { at = half, slot = optimizer, use = lion }        | at must be a share of the budget
      { at = 50%, when { loss-below = 3 }, slot = optimizer, use = lion } | when stands beside at
      { when { loss-belov = 3 }, slot = optimizer, use = lion } | is no key of a condition; the keys are loss-below, plateau, window; did you mean 'loss-below'
      { slot = optimizer, use = lion }                   | swaps[0].at or when must be given
      { when { window = 3 }, slot = optimizer, use = lion }     | one of the two
      { when { plateau { patience = 0 } }, slot = optimizer, use = lion } | patience must be from 1 to
      { at = 50%, slot = model.position, use = rope, rope.theta = 0.5 }   | theta
      { at = 0%, slot = optimizer, use = lion }          | at must lie between 0% and 100%
      { at = 50%, slot = optimizer, use = lino }         | There is no optimizer 'lino'
      { at = 50%, slot = optimizer, use = lion, lino {} } | lino is no key of a swap; the keys are at or when, slot, use, and 'lion' with its options; did you mean 'lion'
      { at = 50%, slot = optimizer, use = lion, lion.lrr = 1 } | optimizer.lion.lrr is not a key; did you mean 'lr'
      { at = 50%, slot = optimizer, use = lion, lion.lr = 99 } | optimizer.lion.lr must be from 0.0 to 10.0
      { at = 50%, slot = optimizer, use = lion, model.layers = 3 } | model is no key of a swap
      { at = 50%, slot = model.depth, use = uniform, model.width = 3 } | model.width is no key of a swap; the keys are at or when, slot, use, and 'uniform' with its options, and model.layers
      { at = 50%, slot = model.depth, use = uniform, model.layers = 0 } | model.layers must be from 1
      { at = 50%, slot = optimizer, use = lion }, { at = 50%, slot = optimizer, use = adamw } | one swap of a slot at one step
      """)
  void wrongSwapIsRefusedBeforeAnythingTrains(String swap, String part) {
    var e = assertThrows(InvalidInput.class, () -> Lessons.of(workshop.config("swaps = [" + swap + "]"), workshop));
    assertTrue(e.getMessage().contains(part), e::getMessage);
    assertFalse(Files.exists(folder.resolve("a")));
  }

  @Test
  void plannedLessonsFollowTheSwapOfTheCurriculum() {
    var lessons = Lessons.of(workshop.config(PLANNED), workshop);
    assertEquals(List.of("short 0", "flat 1024"), lessons.stream().map(l -> l.name() + " " + l.fromToken()).toList());
    var bySteps = Lessons.of(workshop.config("swaps = [{ at = \"22 steps\", slot = curriculum, use = flat }]"), workshop);
    // 20 steps of 64 tokens, then 2 of 128.
    assertEquals(List.of("short 0", "long 1280", "flat 1536"), bySteps.stream().map(l -> l.name() + " " + l.fromToken()).toList());
  }

  @Test
  void momentsTravelThroughThreeOptimizersAsFarAsTheyMeanTheSame() throws IOException {
    train(workshop.config("""
        swaps = [{ at = "5 steps", slot = optimizer, use = muon }, { at = "10 steps", slot = optimizer, use = lion }, { at = "15 steps", slot = optimizer, use = muon }
          { at = "20 steps", slot = optimizer, use = adamw }]
        """), "a", 10_000);
    // Of 20 parameters, 14 are hidden matrices: 4 of attention and 3 of the feed-forward part in each of two blocks.
    String rest = "v (second moment) of 14 of 20 parameters";
    var done = done("a");
    assertEquals(List.of("m (first moment)", "v (second moment)"), done.get(0).get("carried"));
    assertEquals(List.of(rest), done.get(0).get("left"));
    assertEquals(List.of("m (first moment)"), done.get(1).get("carried"));
    assertEquals(List.of("v (second moment)"), done.get(1).get("left"));
    assertEquals(List.of("v (second moment) from what was there"), done.get(2).get("begun"));
    assertEquals(List.of("m (first moment)", "v (second moment) of 6 of 20 parameters"), done.get(3).get("carried"));
    assertEquals(List.of(rest + " from what was there"), done.get(3).get("begun"));
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 14, 15, 16})
  void runThatIsSwappedToMuonResumesBitForBit(int steps) throws IOException {
    Config config = workshop.config("swaps = [{ at = \"15 steps\", slot = optimizer, use = muon }]");
    train(config, "whole", 10_000);
    train(config, "parts", steps);
    train(config, "parts", 10_000);
    assertArrayEquals(weights("whole"), weights("parts"));
  }

  @Test
  void conditionsTakeEffectAtTheStepAtWhichTheyAreMetAlsoOverAResume() throws IOException {
    Config plain = workshop.config("");
    train(plain, "plain", 10_000);
    var losses = lines("plain", "metrics.jsonl").stream().filter(l -> l.get("loss") instanceof Double).map(l -> (Double) l.get("loss")).toList();
    // The first step after which the mean of three losses is below this one.
    double below = (losses.get(11) + losses.get(12) + losses.get(13)) / 3 + 1e-9;
    int met = 3;
    while ((losses.get(met - 3) + losses.get(met - 2) + losses.get(met - 1)) / 3 >= below) met++;
    Config config = workshop.config("swaps = [{ when { loss-below = " + below + ", window = 3 }, slot = optimizer, use = lion }, { when { loss-below = 1e-3 }, slot = schedule, use = linear }]");
    train(config, "whole", 10_000);
    assertEquals(List.of(met), done("whole").stream().map(l -> l.get("step")).toList());
    assertTrue(lines("whole", "journal.jsonl").stream().anyMatch(l -> "unmet".equals(l.get("phase")) && "schedule".equals(l.get("slot"))), "what has not come is said");
    train(config, "parts", met - 1);
    train(config, "parts", 10_000);
    assertEquals(List.of(met), done("parts").stream().map(l -> l.get("step")).toList());
    assertArrayEquals(weights("whole"), weights("parts"));
  }

  @Test
  void plateauSwapsOnceTheLossNoLongerFalls() throws IOException {
    // A rate of 0 learns nothing: the loss only wavers.
    train(workshop.config("optimizer.adamw.lr = 0, swaps = [{ when { plateau { patience = 6, min-delta = 5 }, window = 2 }, slot = optimizer, use = lion }]"), "a", 10_000);
    // Two steps make the first mean; six more have none that is lower by 5.
    assertEquals(List.of(8), done("a").stream().map(l -> l.get("step")).toList());
  }

  @Test
  void swapsOfOneSlotThatFallOnOneStepAreRefusedBeforeAnythingTrains() {
    String both = "swaps = [{ at = 50%, slot = optimizer, use = lion }, { at = \"20 steps\", slot = optimizer, use = muon }]";
    assertTrue(assertThrows(InvalidInput.class, () -> Lessons.of(workshop.config(both), workshop)).getMessage().contains("falls on the same step as the one at 50%"));
    assertTrue(assertThrows(SwapFailed.class, () -> train(workshop.config(both), "a", 10_000)).getMessage().contains("exchanged at this very step already"));
  }

  @Test
  void brickWithEqualParametersTakesOverAndIsWhatTheCheckpointMeans() throws IOException {
    Config config = workshop.config("swaps = [{ at = 50%, slot = model.position, use = rope, rope.theta = 500 }]");
    train(config, "a", 10_000);
    assertEquals(500, TrainedModel.open(folder.resolve("a"), workshop).config().getDouble("model.position.rope.theta"));
    train(config, "b", 25);
    train(config, "b", 10_000);
    assertArrayEquals(weights("a"), weights("b"), "resumed with the brick that was swapped in");
    // The validation measures the model that is trained.
    Outcome whole = train(workshop.config("swaps = [{ at = 50%, slot = model.position, use = none }]"), "none", 10_000);
    assertEquals(whole.bitsPerByte(), lines("none", "metrics.jsonl").stream().filter(l -> l.containsKey("bits-per-byte")).reduce((x, y) -> y).orElseThrow().get("bits-per-byte"));
    assertNotEquals(train(workshop.config(""), "plain", 10_000).bitsPerByte(), whole.bitsPerByte());
  }

  @Test
  void brickThatNoSurgeryLeadsToIsRefused() {
    var e = assertThrows(SwapFailed.class, () -> train(workshop.config("swaps = [{ at = 50%, slot = model.attention, use = gqa, gqa.head-dim = 10 }]"), "a", 10_000));
    assertTrue(e.getMessage().contains("no surgery turns a model"), e::getMessage);
  }

  @Test
  void deviceIsExchangedWithWeightsAndMoments() throws IOException {
    double f32 = train(workshop.config("training.tokens = 640"), "jvm", 10_000).bitsPerByte();
    double half = train(workshop.config("training.tokens = 640, swaps = [{ at = 50%, slot = device, use = reference }]"), "half", 10_000).bitsPerByte();
    assertEquals(f32, half, 1e-4);
    var e = assertThrows(SwapFailed.class, () -> train(workshop.config("training.tokens = 640, kernels.gemm.use = naive, swaps = [{ at = 50%, slot = device, use = reference }]"), "a", 10_000));
    assertTrue(e.getMessage().contains("is for device = jvm, not for reference"), e::getMessage);
  }

  @Test
  void mixtureDecidesWhatIsDrawn() {
    train(workshop.config("mixture { use = drift, drift { from { animals = 1 }, to { animals = 1 } } }"), "a", 10_000);
    var drawn = TrainedModel.stream(folder.resolve("a"), store, 3).epochs();
    assertTrue(drawn.get("animals") > 0 && drawn.get("numbers") == 0, drawn::toString);
    var e = assertThrows(InvalidInput.class, () -> train(workshop.config("mixture { use = drift, drift { from { poems = 1 } } }"), "b", 1));
    assertTrue(e.getMessage().contains("poems"), e::getMessage);
  }

  @Test
  void kernelsByDefinitionComputeTheSameRun() {
    double own = train(workshop.config("training.tokens = 640"), "own", 10_000).bitsPerByte();
    for (String family : org.vulpes.compute.KernelFamily.ALL) {
      assertEquals(own, train(workshop.config("training.tokens = 640, swaps = [{ at = \"2 steps\", slot = kernels." + family + ", use = definition }]"), family, 10_000).bitsPerByte(), 1e-4, family);
    }
  }
}
