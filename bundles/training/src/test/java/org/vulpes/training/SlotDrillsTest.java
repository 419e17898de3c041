package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.jvm.internal.TroubledKernels;
import org.vulpes.corpus.TokenStore;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Snapshot;
import org.vulpes.surgery.Operation;
import org.vulpes.surgery.Surgery;
import org.vulpes.training.drill.Relay;
import org.vulpes.training.drill.SlowPlugin;
import org.vulpes.training.drill.StrayedKernels;
import org.vulpes.training.drill.ThrowingPlugin;
import org.vulpes.training.drill.Trouble;
import org.vulpes.training.drill.Troubled;
import org.vulpes.training.drill.WanderingCurriculum;

/** The same failures in every slot, one after the other in one run: what is refused before the handover, and what is rewound after it, leaves not a bit changed. */
@ResourceLock("drills")
class SlotDrillsTest {
  private static final String ENDLESS = """
      curriculum { use = flat, flat { sequence-length = 16, batch-tokens = 32 } }
      training { tokens = 100000000, checkpoint-every = 1000000, evaluations = 1, threads = 1 }
      swapping { deadline-seconds = 30, probation-steps = 6 }
      """;

  private final Workshop workshop = new Workshop();
  private final Config config = workshop.config(ENDLESS);
  @TempDir Path folder;
  private TokenStore store;
  private House house;

  @BeforeEach
  void open() throws Exception {
    store = workshop.store(folder.resolve("texts"));
    workshop.plugins().put("curriculum/wandering", new WanderingCurriculum());
    for (String family : KernelFamily.ALL) workshop.plugins().put("kernels." + family + "/troubled", new TroubledKernels(family));
    Plugin<?> own = workshop.plugins().get("surgery/kv-heads");
    workshop.plugins().put("surgery/kv-heads", options -> Trouble.notUnderstood() ? Surgery.of(List.of("model.attention.gqa.kv-heads"), change -> new Operation("nothing is done", true, body -> { }))
        : own.create(options));
    house = new House(folder, workshop);
    var stock = new TreeMap<String, Supplier<Object>>();
    for (String slot : slots()) stock.put(slot, () -> workshop.create(config, slot));
    System.getProperties().put(Relay.STOCK, stock);
  }

  @AfterEach
  void close() throws Exception {
    System.getProperties().remove(Relay.STOCK);
    Trouble.over();
    house.close();
  }

  /** Those that a bundle of the test can fill: the jvm device takes no kernels but its own bundle's. */
  private static List<String> slots() {
    return TrainingRun.SWAPPABLE.stream().filter(s -> !kernels(s)).toList();
  }

  private static boolean kernels(String slot) {
    return slot.startsWith("kernels.");
  }

  private List<Map<String, Object>> journal() {
    return RunJournal.read(folder.resolve("tried").resolve("journal.jsonl")).stream().filter(l -> "swap".equals(l.get("event"))).toList();
  }

  private Watched run(Config config, String name) {
    return new Watched(config, store, house, house.swaps, folder.resolve(name), "");
  }

  private void assertAsWithoutSwaps(Config config, long steps) throws Exception {
    try (var plain = run(config, "plain")) {
      assertEquals(steps, plain.stopAt(steps));
    }
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      assertArrayEquals(Files.readAllBytes(folder.resolve("plain/checkpoints/" + steps + "/" + file)), Files.readAllBytes(folder.resolve("tried/checkpoints/" + steps + "/" + file)), file);
    }
    assertEquals(state("plain").get("corpus"), state("tried").get("corpus"), "where it reads on");
    assertEquals(steps, RunJournal.read(folder.resolve("tried/metrics.jsonl")).size(), "void steps are taken out of the metrics");
  }

  private Map<String, Snapshot> state(String run) {
    return new Checkpoints(folder.resolve(run).resolve("checkpoints"), 1).newest().state().slots();
  }

  @Test
  void candidateThatFailsWhenItIsTriedOutLeavesTheRunUntouchedInEverySlot() throws Exception {
    Trouble.always();
    long steps;
    try (var run = run(config, "tried")) {
      run.awaitStep(3);
      for (String slot : slots()) {
        house.drop(slot, "troubled", Troubled.class, "", "");
        assertRefused(run, slot, "troubled", "Plugin 'troubled' for '" + slot + "' failed while it was tried out: ", "trouble in");
      }
      // A plugin whose product is of another family than its slot says.
      house.drop("kernels.norm", "strayed", StrayedKernels.class, "", "");
      assertRefused(run, "kernels.norm", "strayed", "", "computes the family 'gemm'");
      // And one that fits no slot of this name.
      assertRefused(run, "curriculum", "lion", "", "'lion' fills the slot 'optimizer'");
      steps = run.stopAt(run.step() + 3);
    }
    assertAsWithoutSwaps(config, steps);
  }

  private void assertRefused(Watched run, String slot, String use, String begins, String contains) {
    var told = new ArrayList<String>();
    assertFalse(run.swap(slot, use, told::add), slot);
    assertTrue(told.getLast().startsWith("refused: " + begins) && told.getLast().contains(contains), slot + told);
    assertEquals("refused", journal().getLast().get("phase"), slot);
    assertEquals(0, house.drills(), slot + ": nothing of it stays installed");
  }

  /** Loop, program, kernels, device, and a brick: the same code goes before all of them, so one of each class tells. */
  @Test
  void candidateThatCannotBeMadeOrInstalledLeavesTheRunUntouchedInEveryClassOfSlot() throws Exception {
    Config hasty = workshop.config(ENDLESS + "swapping.deadline-seconds = 0.3");
    long steps;
    try (var run = run(hasty, "tried")) {
      run.awaitStep(3);
      for (String slot : List.of("schedule", "optimizer", "kernels.gemm", "device", "model.attention")) {
        house.drop(slot, "drill", ThrowingPlugin.class, "", "");
        assertRefused(run, slot, "drill", "Plugin 'drill' for '" + slot + "'", "fails when it is made: java.lang.IllegalStateException: no luck today");
        house.drop(slot, "drill", SlowPlugin.class, "", "");
        long before = run.step();
        assertRefused(run, slot, "drill", "Plugin 'drill' for '" + slot + "'", "was not ready within 0.3 s (swapping.deadline-seconds)");
        assertTrue(run.step() > before, slot + ": the run goes on meanwhile");
        house.drop(slot, "drill", SlowPlugin.class, "", ",org.nowhere;version=\"[1,2)\"");
        assertRefused(run, slot, "drill", "", "it needs the package org.nowhere from version 1.0.0 below 2.0.0, which no installed bundle offers");
      }
      steps = run.stopAt(run.step() + 3);
    }
    assertAsWithoutSwaps(hasty, steps);
  }

  /** Depth is asked nothing that could take time but to be made. */
  @Test
  void candidateThatTakesTooLongToTryOutLeavesTheRunUntouchedInEverySlot() throws Exception {
    Config hasty = workshop.config(ENDLESS + "swapping { deadline-seconds = 0.15, text-deadline-seconds = 0.15 }");
    long steps;
    try (var run = run(hasty, "tried")) {
      run.awaitStep(3);
      for (String slot : TrainingRun.SWAPPABLE) {
        if (!kernels(slot)) house.drop(slot, "troubled", Troubled.class, "", "");
        Trouble.slow();
        assertRefused(run, slot, "troubled", "Plugin 'troubled' for '" + slot + "'", "was not ready within 0.15 s (swapping." + (slot.equals("tokenizer") ? "text-" : "") + "deadline-seconds)");
        Trouble.over();
      }
      steps = run.stopAt(run.step() + 3);
    }
    assertAsWithoutSwaps(hasty, steps);
  }

  /** What a plugin is given of another: the state of a curriculum or an objective, the moments of an optimizer, the weights that surgery leaves to a brick. All others keep none. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      curriculum      | troubled | cannot be restored into 'elaborate' version 7
      objective       | troubled | cannot be restored into 'elaborate' version 7
      optimizer       | troubled | it names a moment twice: [m, m]
      model.attention | gqa      | Surgery 'kv-heads' leaves
      """)
  void stateThatIsNotUnderstoodLeavesTheRunUntouchedInEveryClassOfSlot(String slot, String use, String reason) throws Exception {
    long steps;
    try (var run = run(config, "tried")) {
      run.awaitStep(3);
      if (use.equals("troubled")) house.drop(slot, use, Troubled.class, "", "");
      Trouble.strange();
      var told = new ArrayList<String>();
      assertFalse(slot.startsWith("model.") ? run.swap(slot, use, told::add, "kv-heads=1") : run.swap(slot, use, told::add));
      Trouble.over();
      assertTrue(told.getLast().startsWith("refused: ") && told.getLast().contains(reason), told::toString);
      assertEquals("refused", journal().getLast().get("phase"));
      assertEquals(0, house.drills(), "nothing of it stays installed");
      steps = run.stopAt(run.step() + 3);
    }
    assertAsWithoutSwaps(config, steps);
  }

  /** Who is asked at a step, and can throw there. A brick is asked when a program is recorded, which has been done by then: see the next test. Nobody asks a tokenizer. */
  @Test
  void exceptionInProbationRewindsTheRunInEverySlot() throws Exception {
    rewound(TrainingRun.SWAPPABLE.stream().filter(s -> !s.startsWith("model.") && !s.equals("tokenizer")).toList(), "after step ", Trouble::throwing, "IllegalStateException: trouble in");
  }

  /** Who can spoil numbers. What programs are recorded of does so while they are, before the handover but after all tests. A curriculum and a mixture give none; nobody asks a depth. */
  @Test
  void lossThatIsNoNumberInProbationRewindsTheRunInEverySlot() throws Exception {
    var recorded = List.of("objective", "model.attention", "model.embedding", "model.feedforward", "model.norm", "model.position");
    rewound(recorded, "prepared ", Trouble::givingNaN, "NaN");
    folder = Files.createDirectory(folder.resolve("asked"));
    rewound(TrainingRun.SWAPPABLE.stream().filter(s -> kernels(s) || List.of("schedule", "optimizer", "device").contains(s)).toList(), "after step ", Trouble::givingNaN, "is NaN", "not finite");
  }

  /** @param begins of the sentence with which trouble starts @param reasons of which one must be told */
  private void rewound(List<String> slots, String begins, Runnable trouble, String... reasons) throws Exception {
    // Long enough for the trouble to be found in it, wherever it starts.
    Config patient = workshop.config(ENDLESS + "swapping.probation-steps = 100000");
    long steps;
    try (var run = run(patient, "tried")) {
      run.awaitStep(3);
      for (String slot : slots) {
        Trouble.over();
        if (!kernels(slot)) house.drop(slot, "troubled", Troubled.class, "", "");
        var told = new ArrayList<String>();
        boolean stays = run.swap(slot, "troubled", said -> {
          told.add(said);
          if (said.startsWith(begins)) trouble.run();
        });
        assertFalse(stays, slot + told);
        assertTrue(told.getLast().startsWith("rewound to step ") && Stream.of(reasons).anyMatch(told.getLast()::contains), slot + told);
        assertEquals(List.of("requested", "prepared", "done", "rewound"), journal().stream().skip(journal().size() - 4).map(l -> l.get("phase")).toList(), slot);
        assertEquals(0, house.drills(), slot + ": nothing of it stays installed");
      }
      Trouble.over();
      steps = run.stopAt(run.step() + 3);
    }
    assertAsWithoutSwaps(patient, steps);
  }

  /** The brick is another build of the same plugin, with other parameters; every step records a program of it. */
  @ParameterizedTest
  @ValueSource(strings = {"throws", "nan"})
  void troubleAfterSurgeryRewindsToTheWeightsThatWereThere(String trouble) throws Exception {
    Config wandering = workshop.config(ENDLESS + "swapping.probation-steps = 100000, curriculum.use = wandering, training.micro-batch-tokens = 128");
    Config fewer = workshop.config("model.attention.gqa.kv-heads = 1");
    System.getProperties().put(Relay.STOCK, Map.<String, Supplier<Object>>of("model.attention", () -> workshop.create(fewer, "model.attention")));
    house.drop("model.attention", "gqa", Troubled.class, "", "");
    long steps;
    try (var run = run(wandering, "tried")) {
      run.awaitStep(3);
      var told = new ArrayList<String>();
      boolean stays = run.swap("model.attention", "gqa", said -> {
        told.add(said);
        if (said.startsWith("after step ")) {
          if (trouble.equals("nan")) Trouble.givingNaN();
          else Trouble.throwing();
        }
      }, "kv-heads=1");
      assertFalse(stays, told::toString);
      assertTrue(told.getLast().startsWith("rewound to step "), told::toString);
      assertTrue(told.get(1).contains("bits per byte before"), told::toString);
      Trouble.over();
      steps = run.stopAt(run.step() + 3);
    }
    assertEquals(0, house.drills());
    assertAsWithoutSwaps(wandering, steps);
  }

  /** Neither is asked at a step, so the trouble is another's: in its probation a swap answers for the whole run. */
  @ParameterizedTest
  @CsvSource({"model.layers, 3, ''", "tokenizer, bpe, vocabulary=270"})
  void troubleAfterBlocksOrTokensWereAddedRewindsToTheModelAndTheTextThatWereThere(String slot, String use, String option) throws Exception {
    Config wandering = workshop.config(ENDLESS + "swapping.probation-steps = 100000, curriculum.use = wandering, training.micro-batch-tokens = 128");
    long steps;
    try (var run = run(wandering, "tried")) {
      run.awaitStep(3);
      var told = new ArrayList<String>();
      boolean stays = run.swap(slot, use, said -> {
        told.add(said);
        if (said.startsWith("after step ")) Trouble.once();
      }, option.isEmpty() ? new String[0] : new String[] {option});
      assertFalse(stays, told::toString);
      assertTrue(told.getLast().startsWith("rewound to step ") && told.getLast().contains("trouble in next"), told::toString);
      steps = run.stopAt(run.step() + 3);
    }
    assertAsWithoutSwaps(wandering, steps);
  }
}
