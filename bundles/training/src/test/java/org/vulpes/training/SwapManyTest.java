package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import com.typesafe.config.Config;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.slot.Snapshot;
import org.vulpes.training.drill.CountingCurriculum;
import org.vulpes.training.drill.Relay;

/**
 * Many swaps of every slot in one run, each to another build of a bundle. A few of each by default; {@code -Dvulpes.swaps=1000} for the whole measurement. Pauses are
 * printed, not asserted: the machine may be busy.
 */
class SwapManyTest {
  private static final int SWAPS = Integer.getInteger("vulpes.swaps", 3);
  private static final String ENDLESS = """
      curriculum { use = flat, flat { sequence-length = 16, batch-tokens = 32 } }
      training { tokens = 100000000, checkpoint-every = 1000000, evaluations = 1, threads = 1 }
      swapping { probation-steps = 1 }
      """;

  @TempDir Path folder;

  @AfterEach
  void forget() {
    System.getProperties().remove(Relay.STOCK);
  }

  /** Slots of which the test can make a product that the coordinator takes for the stock one: the jvm device takes no kernels but its own. */
  private static List<String> relayed() {
    return TrainingRun.SWAPPABLE.stream().filter(s -> !s.equals("curriculum") && !s.startsWith("kernels.")).toList();
  }

  @Test
  void manySwapsOfEverySlotLoseNoStepChangeNoBitAndLeaveNothingBehind() throws Exception {
    var workshop = new Workshop();
    var store = workshop.store(folder.resolve("texts"));
    Config config = workshop.config(ENDLESS);
    var stock = new TreeMap<String, Supplier<Object>>();
    for (String slot : relayed()) stock.put(slot, () -> workshop.create(config, slot));
    System.getProperties().put(Relay.STOCK, stock);
    var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    var metaspace = new ArrayList<Long>();
    int swaps = 0;
    int threads = 0;
    long handles = 0;
    long steps;
    long first = -1;
    try (var house = new House(folder, workshop); var run = new Watched(config, store, house, house.swaps, folder.resolve("many"), "")) {
      run.awaitStep(3);
      for (int i = 0; i < SWAPS; i++) {
        for (String slot : TrainingRun.SWAPPABLE) {
          String build = "build " + i;
          var told = new ArrayList<String>();
          boolean stays;
          if (slot.equals("curriculum")) {
            house.drop(slot, "counting", CountingCurriculum.class, build, "");
            stays = run.swap(slot, "counting", told::add);
          } else if (slot.startsWith("kernels.")) {
            stays = run.swap(slot, "device", told::add);
          } else {
            house.drop(slot, "relay", Relay.class, build, "");
            stays = run.swap(slot, "relay", told::add);
            swaps++;
          }
          assertTrue(stays, slot + ": " + told);
          if (slot.equals("curriculum")) swaps++;
        }
        if (i == 1) {
          threads = Thread.activeCount();
          handles = system.getOpenFileDescriptorCount();
        }
        System.gc();
        metaspace.add(metaspace());
      }
      for (String slot : TrainingRun.SWAPPABLE) print(slot);
      System.out.printf("metaspace after each round of %d slots, KiB: %s%n", TrainingRun.SWAPPABLE.size(), metaspace.stream().map(b -> b >> 10).toList());
      // One bundle a slot is in use: all others are gone.
      int filled = relayed().size() + 1;
      assertEquals(filled, house.drills());
      assertTrue(Thread.activeCount() <= threads + 1, "threads: " + threads + ", then " + Thread.activeCount());
      assertTrue(system.getOpenFileDescriptorCount() <= handles + 2, "file handles: " + handles + ", then " + system.getOpenFileDescriptorCount());
      for (int i = 0; i < 50 && run.control.status().alive() > 1; i++) {
        System.gc();
        Thread.sleep(50);
      }
      assertEquals(swaps - filled, run.control.status().retired());
      assertTrue(run.control.status().alive() <= 1, "class loaders alive: " + run.control.status().alive());
      first = done("many", "curriculum").getFirst().get("step") instanceof Number n ? n.longValue() : -1;
      steps = run.stopAt(run.step() + 3);
    }
    if (SWAPS >= 800) assertTrue(metaspace.getLast() - metaspace.get(600) < 256 << 10, "metaspace grows: " + metaspace);
    Snapshot state = new Checkpoints(folder.resolve("many/checkpoints"), 1).newest().state().slots().get("curriculum");
    assertEquals(steps - first, state.whole("calls"), "every step since the first swap was asked of one curriculum exactly once");
    assertEquals(steps, RunJournal.read(folder.resolve("many/metrics.jsonl")).size(), "one line a step");
    // As if nothing had been exchanged.
    try (var plain = new Watched(config, store, workshop, org.vulpes.runtime.SwapCoordinator.over(workshop), folder.resolve("plain"), "")) {
      assertEquals(steps, plain.stopAt(steps));
    }
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      assertArrayEquals(Files.readAllBytes(checkpoint("plain", steps).resolve(file)), Files.readAllBytes(checkpoint("many", steps).resolve(file)));
    }
  }

  private static long metaspace() {
    return ManagementFactory.getMemoryPoolMXBeans().stream().filter(p -> p.getName().equals("Metaspace")).map(MemoryPoolMXBean::getUsage).mapToLong(u -> u.getUsed()).sum();
  }

  private Path checkpoint(String run, long step) {
    return folder.resolve(run).resolve("checkpoints/" + step);
  }

  private List<Map<String, Object>> done(String run, String slot) {
    return RunJournal.read(folder.resolve(run).resolve("journal.jsonl")).stream()
        .filter(l -> "swap".equals(l.get("event")) && "done".equals(l.get("phase")) && slot.equals(l.get("slot"))).toList();
  }

  private void print(String slot) {
    var out = new StringBuilder(String.format("%-20s", slot));
    for (String figure : List.of("pause-us", "handover-us", "keep-us")) {
      long[] sorted = done("many", slot).stream().mapToLong(l -> ((Number) l.get(figure)).longValue()).sorted().toArray();
      out.append(String.format("  %s median %d p90 %d p99 %d max %d", figure, sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.9)], sorted[(int) (sorted.length * 0.99)], Arrays.stream(sorted).max().orElse(0)));
    }
    System.out.println(out.append("  of ").append(done("many", slot).size()));
  }
}
