package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.corpus.TokenStore;
import org.vulpes.slot.InvalidInput;
import org.vulpes.training.drill.CountingCurriculum;
import org.vulpes.training.drill.HangingLesson;
import org.vulpes.training.drill.NanOptimizer;
import org.vulpes.training.drill.ThrowingLesson;
import org.vulpes.training.drill.UnforgivingCurriculum;

/** What can go wrong with a swap by hand, each with a real bundle in a real framework, and what the run is like afterwards: as if nothing had been tried. */
@ResourceLock("drills")
class SwapDrillsTest {
  private static final String ENDLESS = """
      curriculum { use = flat, flat { sequence-length = 16, batch-tokens = 32 } }
      training { tokens = 100000000, checkpoint-every = 1000000, evaluations = 1 }
      swapping { deadline-seconds = 10, probation-steps = 6 }
      """;

  private final Workshop workshop = new Workshop();
  @TempDir Path folder;
  private TokenStore store;
  private House house;

  @BeforeEach
  void open() throws Exception {
    store = workshop.store(folder.resolve("texts"));
    house = new House(folder, workshop);
  }

  @AfterEach
  void close() throws Exception {
    house.close();
  }

  private Watched run(Config config, String name) {
    return new Watched(config, store, house, house.swaps, folder.resolve(name), "");
  }

  private byte[] weights(String run, long step) throws IOException {
    return Files.readAllBytes(folder.resolve(run).resolve("checkpoints/" + step + "/model.safetensors"));
  }

  private byte[] moments(String run, long step) throws IOException {
    return Files.readAllBytes(folder.resolve(run).resolve("checkpoints/" + step + "/optimizer.safetensors"));
  }

  private List<Map<String, Object>> journal(String run) {
    return RunJournal.read(folder.resolve(run).resolve("journal.jsonl")).stream().filter(l -> "swap".equals(l.get("event"))).toList();
  }

  private List<Object> phases(String run) {
    return journal(run).stream().map(l -> l.get("phase")).toList();
  }

  private List<String> metrics(String run) throws IOException {
    return Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl")).stream().map(l -> l.replaceAll("\"seconds\":[^,}]*", "")).toList();
  }

  /** Trains the same configuration without any swap for as many steps, and compares every bit. */
  private void assertAsWithoutSwap(Config config, String run, long steps) throws Exception {
    try (var plain = run(config, "plain")) {
      assertEquals(steps, plain.stopAt(steps));
    }
    assertArrayEquals(weights("plain", steps), weights(run, steps));
    assertArrayEquals(moments("plain", steps), moments(run, steps));
    assertEquals(metrics("plain"), metrics(run));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      ThrowingConstructor | fails when it is made: java.lang.IllegalStateException: no luck today
      ThrowingRestore     | failed while it was tried out: OwnFailure: this state is not to my taste
      ThrowingLater       | IllegalStateException: changed my mind
      WrongSchema         | cannot be restored into 'elaborate' version 7
      """)
  void refusedBeforeTheHandoverLeavesTheRunUntouched(String drill, String reason) throws Exception {
    Config config = workshop.config(ENDLESS);
    house.drop("curriculum", "drill", Class.forName("org.vulpes.training.drill." + drill), "", "");
    var told = new ArrayList<String>();
    long steps;
    try (var run = run(config, "tried")) {
      run.awaitStep(3);
      assertFalse(run.swap("curriculum", "drill", told::add));
      assertTrue(told.getLast().startsWith("refused: ") && told.getLast().contains(reason), told::toString);
      assertEquals(0, house.drills(), "nothing of it stays installed");
      steps = run.stopAt(run.step() + 5);
    }
    assertEquals("refused", phases("tried").getLast());
    assertAsWithoutSwap(config, "tried", steps);
  }

  @Test
  void bundleWithoutWhatItImportsIsRefusedWithThePackagesName() throws Exception {
    Config config = workshop.config(ENDLESS);
    house.drop("curriculum", "drill", CountingCurriculum.class, "", ",org.nowhere;version=\"[1,2)\"");
    var told = new ArrayList<String>();
    long steps;
    try (var run = run(config, "tried")) {
      run.awaitStep(3);
      assertFalse(run.swap("curriculum", "drill", told::add));
      assertTrue(told.getLast().contains("it needs the package org.nowhere from version 1.0.0 below 2.0.0, which no installed bundle offers; put the bundle that exports it, most likely called org.nowhere, into the folder 'plugins' too"), told::toString);
      steps = run.stopAt(run.step() + 5);
    }
    assertAsWithoutSwap(config, "tried", steps);
  }

  @Test
  void bundleWithoutItsClassIsRefusedWithTheClassesName() throws Exception {
    house.dropWithoutItsClass("curriculum", "drill", CountingCurriculum.class);
    var told = new ArrayList<String>();
    try (var run = run(workshop.config(ENDLESS), "tried")) {
      run.awaitStep(3);
      assertFalse(run.swap("curriculum", "drill", told::add));
      assertTrue(told.getLast().contains("Plugin 'drill' for 'curriculum' of bundle drill.curriculum.drill 1.0.0 fails when it is made: its class org.vulpes.training.drill.CountingCurriculum cannot be loaded"), told::toString);
      assertEquals(0, house.drills());
    }
  }

  @Test
  void runThatCannotBeRewoundEndsAndSaysWhyAndGoesOnFromBefore() throws Exception {
    Config config = workshop.config(ENDLESS + "training.checkpoint-every = 4");
    house.drop("curriculum", "unforgiving", UnforgivingCurriculum.class, "", "");
    house.drop("curriculum", "drill", ThrowingLesson.class, "", "");
    try (var run = run(config, "tried")) {
      run.awaitStep(3);
      assertTrue(run.swap("curriculum", "unforgiving", s -> { }));
      run.awaitStep(run.step() + 9);
      var e = assertThrows(InvalidInput.class, () -> run.swap("curriculum", "drill", s -> { }));
      assertTrue(e.getMessage().matches("The run ended after step (\\d+): the swap of 'curriculum' to drill \\(drill.curriculum.drill 1.0.0\\) failed \\(.*out of ideas\\), and the run could not be rewound to step \\d+ "
          + "\\(IllegalStateException: once is enough\\)\\. The same command goes on from its last checkpoint, without that swap\\."), e::getMessage);
      assertEquals(e.getMessage(), run.failure().getMessage(), "whoever trains it hears the same");
      assertThrows(InvalidInput.class, () -> run.swap("optimizer", "lion", s -> { }), "nobody can be met any more");
    }
    var broken = journal("tried").getLast();
    assertEquals(List.of("broken", "IllegalStateException: once is enough"), List.of(broken.get("phase"), broken.get("rewind")));
    assertEquals(1, SwapsByHand.of(folder.resolve("tried")).size());
    try (var run = run(config, "tried")) {
      assertEquals("unforgiving", run.control.status().slots().stream().filter(o -> o.slot().equals("curriculum")).findFirst().orElseThrow().use());
      long from = run.control.status().at().step();
      assertEquals(from + 20, run.stopAt(from + 20), "it goes on");
    }
    assertEquals("unforgiving", TrainedModel.open(folder.resolve("tried"), house).config().getString("curriculum.use"));
  }

  @Test
  void candidateThatIsNotReadyInTimeIsRefused() throws Exception {
    Config config = workshop.config(ENDLESS + "swapping.deadline-seconds = 0.3");
    house.drop("curriculum", "drill", Class.forName("org.vulpes.training.drill.SlowRestore"), "", "");
    var told = new ArrayList<String>();
    long steps;
    try (var run = run(config, "tried")) {
      run.awaitStep(3);
      long before = run.step();
      assertFalse(run.swap("curriculum", "drill", told::add));
      assertTrue(told.getLast().contains("was not ready within 0.3 s (swapping.deadline-seconds)"), told::toString);
      assertTrue(run.step() > before, "the run goes on meanwhile");
      steps = run.stopAt(run.step() + 5);
    }
    assertAsWithoutSwap(config, "tried", steps);
  }

  @Test
  void exceptionInProbationRewindsTheRun() throws Exception {
    Config config = workshop.config(ENDLESS);
    house.drop("curriculum", "drill", ThrowingLesson.class, "", "");
    var told = new ArrayList<String>();
    long steps;
    try (var run = run(config, "tried")) {
      run.awaitStep(3);
      assertFalse(run.swap("curriculum", "drill", told::add));
      assertTrue(told.getLast().startsWith("rewound to step ") && told.getLast().contains("IllegalStateException: out of ideas") && told.getLast().contains("2 steps are void"), told::toString);
      steps = run.stopAt(run.step() + 5);
    }
    assertEquals(List.of("requested", "prepared", "done", "rewound"), phases("tried"));
    assertAsWithoutSwap(config, "tried", steps);
  }

  @Test
  void nanInProbationRewindsWeightsMomentsAndPositions() throws Exception {
    Config config = workshop.config(ENDLESS + "optimizer.adamw.lr = 1e-2");
    house.drop("optimizer", "nan", NanOptimizer.class, "", "");
    var told = new ArrayList<String>();
    long steps;
    try (var run = run(config, "tried")) {
      run.awaitStep(3);
      assertFalse(run.swap("optimizer", "nan", told::add));
      assertTrue(told.getLast().startsWith("rewound to step ") && told.getLast().contains("not finite") | told.getLast().contains("is NaN"), told::toString);
      steps = run.stopAt(run.step() + 5);
    }
    var rewound = journal("tried").getLast();
    assertEquals("rewound", rewound.get("phase"));
    assertEquals("adamw", ((Map<?, ?>) rewound.get("to")).get("use"));
    assertEquals(2, ((List<?>) rewound.get("void-steps")).size());
    assertAsWithoutSwap(config, "tried", steps);
  }

  @Test
  void stateThatHoldsAPluginsClassIsRefusedWhenItIsTakenOut() throws Exception {
    Config config = workshop.config(ENDLESS);
    house.drop("curriculum", "drill", Class.forName("org.vulpes.training.drill.ForeignState"), "", "");
    var told = new ArrayList<String>();
    try (var run = run(config, "tried")) {
      run.awaitStep(3);
      // Its first two states are good, so it passes its tests; the state that the next swap would keep is not.
      run.swap("curriculum", "drill", told::add);
      assertFalse(run.swap("curriculum", "flat", told::add));
      assertTrue(told.getLast().contains("holds a org.vulpes.training.drill.ForeignState$Mood at 'mood'"), told::toString);
    }
  }

  @Test
  void hangInTheLoopIsSaidAndJournaled() throws Exception {
    System.setProperty("drill.released", "false");
    Config config = workshop.config(ENDLESS + "swapping.stall-seconds = 0.5");
    house.drop("curriculum", "drill", HangingLesson.class, "", "");
    var told = new ArrayList<String>();
    try (var run = run(config, "tried")) {
      run.awaitStep(3);
      var asking = new java.util.concurrent.FutureTask<>(() -> run.swap("curriculum", "drill", told::add));
      Thread.ofVirtual().start(asking);
      for (int i = 0; i < 2000 && run.said.stream().noneMatch(s -> s.contains("hang")); i++) Thread.sleep(10);
      System.setProperty("drill.released", "true");
      asking.get();
      assertTrue(run.said.stream().anyMatch(s -> s.contains("the loop may hang in it") && s.contains("without that swap")), run.said::toString);
      assertTrue(phases("tried").contains("hung"), phases("tried")::toString);
    }
  }

  @Test
  void wrongRequestsAreSaidInOneSentence() throws Exception {
    try (var run = run(workshop.config(ENDLESS), "tried")) {
      run.awaitStep(2);
      assertEquals("Slot 'curiculum' cannot be exchanged in this run; those that can are " + String.join(", ", TrainingRun.SWAPPABLE) + "; did you mean 'curriculum'?",
          assertThrows(InvalidInput.class, () -> run.swap("curiculum", "flat", s -> { })).getMessage());
      assertEquals("Slot 'corpus' cannot be exchanged in this run: its texts are cut into training and validation, and tokenized, before a run begins; `mixture` changes what is drawn from them.",
          assertThrows(InvalidInput.class, () -> run.swap("corpus", "workshop", s -> { })).getMessage());
      var told = new ArrayList<String>();
      assertFalse(run.swap("optimizer", "lino", told::add));
      assertTrue(told.getLast().contains("did you mean 'lion'?"), told::toString);
      assertFalse(run.swap("optimizer", "lion", told::add, "lrr=1"));
      assertTrue(told.getLast().contains("optimizer.lion.lrr is not a key; did you mean 'lr'?"), told::toString);
      assertFalse(run.swap("optimizer", "lion", told::add, "lr=99"));
      assertTrue(told.getLast().contains("optimizer.lion.lr must be from 0.0 to 10.0"), told::toString);
      assertThrows(InvalidInput.class, () -> run.swap("optimizer", "", told::add), "nothing to undo");
      run.stopAt(0);
    }
  }

  @Test
  void trialOfAStudyIsSwappedOnlyByForceAndThenMarked() throws Exception {
    try (var run = new Watched(workshop.config(ENDLESS), store, house, house.swaps, folder.resolve("trial"), "arm 'fox', seed 1 of the study x")) {
      run.awaitStep(2);
      var e = assertThrows(InvalidInput.class, () -> run.swap("optimizer", "lion", s -> { }));
      assertTrue(e.getMessage().contains("arm 'fox', seed 1 of the study x") && e.getMessage().contains("--force"), e::getMessage);
      assertEquals(List.of(), SwapsByHand.of(folder.resolve("trial")));
      assertTrue(run.control.swap(new org.vulpes.slot.SwapRequest("optimizer", "lion", List.of(), true), s -> { }));
      assertTrue(SwapsByHand.of(folder.resolve("trial")).getFirst().startsWith("optimizer to lion after step "));
    }
  }

  @Test
  void jarDroppedIntoTheRunsFolderTakesOverByItselfAndARebuiltOneAfterIt() throws Exception {
    try (var run = run(workshop.config(ENDLESS), "watched")) {
      run.awaitStep(3);
      house.drop("curriculum", "counting", CountingCurriculum.class, "first build", "");
      Path built = folder.resolve("plugins/curriculum.counting.jar");
      Path dropped = folder.resolve("watched/plugins/counting.jar");
      for (int i = 1; i <= 2; i++) {
        Files.move(built, dropped, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        for (int wait = 0; wait < 1000 && phases("watched").stream().filter("passed"::equals).count() < i; wait++) Thread.sleep(10);
        assertEquals(i, phases("watched").stream().filter("passed"::equals).count(), run.said::toString);
        house.drop("curriculum", "counting", CountingCurriculum.class, "second build", "");
      }
      var done = journal("watched").stream().filter(l -> "done".equals(l.get("phase"))).map(l -> ((Map<?, ?>) l.get("to")).get("sha256")).toList();
      assertEquals(2, done.stream().distinct().count(), "each build is told by its content");
      Files.writeString(dropped.resolveSibling("junk.jar"), "no jar");
      for (int wait = 0; wait < 1000 && run.said.stream().noneMatch(s -> s.startsWith("junk.jar is not used")); wait++) Thread.sleep(10);
      assertTrue(run.said.stream().anyMatch(s -> s.equals("junk.jar is not used: it offers nothing for any slot")), run.said::toString);
    }
  }
}
