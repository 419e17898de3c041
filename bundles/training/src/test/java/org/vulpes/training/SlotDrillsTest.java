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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.corpus.TokenStore;
import org.vulpes.training.drill.Relay;
import org.vulpes.training.drill.Troubled;

/** The same two failures in every slot, one after the other in one run: what is refused before the handover, and what is rewound after it, leaves not a bit changed. */
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
    house = new House(folder, workshop);
    var stock = new TreeMap<String, Supplier<Object>>();
    for (String slot : slots()) stock.put(slot, () -> workshop.create(config, slot));
    System.getProperties().put(Relay.STOCK, stock);
  }

  @AfterEach
  void close() throws Exception {
    System.getProperties().remove(Relay.STOCK);
    System.clearProperty(Troubled.TROUBLE);
    house.close();
  }

  /** The jvm device takes no kernels but its own, so those have drills apart. */
  private static List<String> slots() {
    return TrainingRun.SWAPPABLE.stream().filter(s -> !s.startsWith("kernels.")).toList();
  }

  private List<Map<String, Object>> journal() {
    return RunJournal.read(folder.resolve("tried").resolve("journal.jsonl")).stream().filter(l -> "swap".equals(l.get("event"))).toList();
  }

  private void assertAsWithoutSwaps(long steps) throws Exception {
    try (var plain = new Watched(config, store, house, house.swaps, folder.resolve("plain"), "")) {
      assertEquals(steps, plain.stopAt(steps));
    }
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      assertArrayEquals(Files.readAllBytes(folder.resolve("plain/checkpoints/" + steps + "/" + file)), Files.readAllBytes(folder.resolve("tried/checkpoints/" + steps + "/" + file)), file);
    }
    assertEquals(steps, RunJournal.read(folder.resolve("tried/metrics.jsonl")).size(), "void steps are taken out of the metrics");
  }

  @Test
  void candidateThatFailsWhenItIsTriedOutLeavesTheRunUntouchedInEverySlot() throws Exception {
    System.setProperty(Troubled.TROUBLE, "always");
    long steps;
    try (var run = new Watched(config, store, house, house.swaps, folder.resolve("tried"), "")) {
      run.awaitStep(3);
      for (String slot : slots()) {
        house.drop(slot, "troubled", Troubled.class, "", "");
        var told = new ArrayList<String>();
        assertFalse(run.swap(slot, "troubled", told::add), slot);
        assertTrue(told.getLast().startsWith("refused: Plugin 'troubled' for '" + slot + "' failed while it was tried out: ") && told.getLast().contains("trouble in"), slot + told);
        assertEquals("refused", journal().getLast().get("phase"), slot);
        assertEquals(0, house.drills(), slot + ": nothing of it stays installed");
      }
      // A plugin whose product is of another family than its slot says.
      var told = new ArrayList<String>();
      house.drop("kernels.norm", "strayed", org.vulpes.training.drill.StrayedKernels.class, "", "");
      assertFalse(run.swap("kernels.norm", "strayed", told::add));
      assertTrue(told.getLast().contains("computes the family 'gemm'"), told::toString);
      // And one that fits no slot of this name.
      assertFalse(run.swap("curriculum", "lion", told::add));
      assertTrue(told.getLast().contains("'lion' fills the slot 'optimizer'"), told::toString);
      steps = run.stopAt(run.step() + 3);
    }
    assertAsWithoutSwaps(steps);
  }

  @Test
  void troubleInProbationRewindsTheRunInEverySlot() throws Exception {
    // A depth only says how blocks differ; once a model is assembled nobody asks it for anything.
    var tried = slots().stream().filter(s -> !s.equals("model.depth")).toList();
    long steps;
    try (var run = new Watched(config, store, house, house.swaps, folder.resolve("tried"), "")) {
      run.awaitStep(3);
      for (String slot : tried) {
        System.clearProperty(Troubled.TROUBLE);
        house.drop(slot, "troubled", Troubled.class, "", "");
        var told = new ArrayList<String>();
        boolean stays = run.swap(slot, "troubled", said -> {
          told.add(said);
          // Proven by now: its programs are made next, and then it is asked at every step.
          if (said.startsWith("prepared")) System.setProperty(Troubled.TROUBLE, "now");
        });
        assertFalse(stays, slot + told);
        assertTrue(told.getLast().startsWith("rewound to step "), slot + told);
        assertEquals(List.of("requested", "prepared", "done", "rewound"), journal().stream().skip(journal().size() - 4).map(l -> l.get("phase")).toList(), slot);
        assertEquals(0, house.drills(), slot + ": nothing of it stays installed");
      }
      System.clearProperty(Troubled.TROUBLE);
      steps = run.stopAt(run.step() + 3);
    }
    assertAsWithoutSwaps(steps);
  }
}
