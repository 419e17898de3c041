package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import com.typesafe.config.Config;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
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
import org.junit.jupiter.api.parallel.Isolated;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.opencl.internal.DeviceMemory;
import org.vulpes.slot.RunControl;
import org.vulpes.slot.Snapshot;
import org.vulpes.training.drill.CountingCurriculum;
import org.vulpes.training.drill.Relay;

/**
 * Many swaps of every slot in one run, each to another build of a bundle. A few of each by default; {@code -Dvulpes.swaps=1000} for the whole measurement. Pauses are
 * printed, not asserted: the machine may be busy.
 */
@Isolated("counts threads and handles of the process")
class SwapManyTest {
  private static final int SWAPS = Integer.getInteger("vulpes.swaps", 3);
  /** Warm by then: the metaspace grows for some hundred rounds without more classes, most likely by profiles of what is compiled (measured: 25.0 MiB after 1 round, 28.3 after 600 and after 1,000; 6,020 classes from 150 on). */
  private static final int MIDDLE = SWAPS * 6 / 10;
  private static final String ENDLESS = """
      curriculum { use = flat, flat { sequence-length = 16, batch-tokens = 32 } }
      training { tokens = 100000000000, checkpoint-every = 1000000000, evaluations = 1, threads = 1 }
      swapping { probation-steps = 1 }
      """;

  @TempDir Path folder;

  @AfterEach
  void forget() {
    System.getProperties().remove(Relay.STOCK);
  }

  /** All of them, or those that {@code -Dvulpes.slots=curriculum,optimizer} names, for measuring a few alone. */
  private static List<String> slots() {
    String some = System.getProperty("vulpes.slots", "");
    return some.isEmpty() ? TrainingRun.SWAPPABLE : List.of(some.split(","));
  }

  /** What a run holds of the machine, which swaps must leave as it was. */
  private record Held(int threads, long handles) {
    static Held now() {
      return new Held(Thread.activeCount(), ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount());
    }

    /** The JDK may start a thread, or open a file, of its own at any time. */
    void assertStill() {
      Held now = now();
      assertTrue(now.threads <= threads + 1, "threads: " + threads + ", then " + now.threads);
      assertTrue(now.handles <= handles + 2, "file handles: " + handles + ", then " + now.handles);
    }
  }

  /** What of the machine's memory code takes, with the loop standing and what was swapped out collected. */
  private record Code(long classes, long metaspace) {
    static Code of(Watched run) throws InterruptedException {
      assertGone(run);
      return new Code(ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
          ManagementFactory.getMemoryPoolMXBeans().stream().filter(p -> p.getName().equals("Metaspace")).map(MemoryPoolMXBean::getUsage).mapToLong(MemoryUsage::getUsed).sum());
    }

    /** One class a swap of one slot would be too much, wherever it is loaded: also in a loader that is not a swapped bundle's, as a proxy or a hidden class. */
    void assertNoMoreThan(Code before, int rounds) {
      if (rounds >= 40) assertTrue(classes - before.classes < rounds / 2, "classes: " + before.classes + ", and " + classes + " after " + rounds + " more rounds");
      if (rounds >= 300) assertTrue(metaspace - before.metaspace < 256 << 10, "metaspace: " + before.metaspace + ", and " + metaspace + " after " + rounds + " more rounds");
    }

    @Override
    public String toString() {
      return classes + " classes, " + (metaspace >> 10) + " KiB of metaspace";
    }
  }

  /**
   * One class loader in all may be left. The loop has to stand between two steps: while a step is under way, its frames may keep what the slots that it asks held before their last
   * swap (a heap dump then shows no reference to them). That is one for each slot at most, and goes with the step.
   */
  private static void assertGone(Watched watched) throws InterruptedException {
    RunControl run = watched.control;
    watched.stand();
    for (int i = 0; i < 50 && run.status().alive() > 1; i++) {
      System.gc();
      Thread.sleep(50);
    }
    watched.goOn();
    assertTrue(run.status().alive() <= 1, "class loaders alive: " + run.status().alive() + " of " + run.status().retired());
  }

  @Test
  void manySwapsOfEverySlotLoseNoStepChangeNoBitAndLeaveNothingBehind() throws Exception {
    var workshop = new Workshop();
    var store = workshop.store(folder.resolve("texts"));
    Config config = workshop.config(ENDLESS);
    var stock = new TreeMap<String, Supplier<Object>>();
    for (String slot : slots()) stock.put(slot, () -> workshop.create(config, slot));
    System.getProperties().put(Relay.STOCK, stock);
    Code middle = null;
    Held held = null;
    long steps;
    long first = -1;
    try (var house = new House(folder, workshop); var run = new Watched(config, store, house, house.swaps, folder.resolve("many"), "")) {
      run.awaitStep(3);
      if (SWAPS > 100) run.rest(1_000_000);
      for (int i = 0; i < SWAPS; i++) {
        for (String slot : slots()) {
          boolean counts = slot.equals("curriculum");
          house.drop(slot, counts ? "counting" : "relay", counts ? CountingCurriculum.class : Relay.class, "build " + i, "");
          var told = new ArrayList<String>();
          assertTrue(run.swap(slot, counts ? "counting" : "relay", told::add), slot + ": " + told);
        }
        if (i == 1) held = Held.now();
        // Now and then, or it would be the collector that is measured.
        if (i < 3 || i % 50 == 0) System.gc();
        if (i == MIDDLE) middle = Code.of(run);
      }
      // Before the figures are printed, which loads classes.
      Code last = Code.of(run);
      for (String slot : slots()) print(slot);
      System.out.printf("after %d rounds of %d slots %s, after %d %s%n", MIDDLE + 1, slots().size(), middle, SWAPS, last);
      last.assertNoMoreThan(middle, SWAPS - MIDDLE - 1);
      assertEquals(slots().size(), house.drills(), "one bundle a slot is in use, all others are gone");
      held.assertStill();
      assertEquals((SWAPS - 1) * slots().size(), run.control.status().retired());
      first = slots().contains("curriculum") && done("many", "curriculum").getFirst().get("step") instanceof Number n ? n.longValue() : -1;
      steps = run.stopAt(run.step() + 3);
    }
    if (first >= 0) {
      Snapshot state = new Checkpoints(folder.resolve("many/checkpoints"), 1).newest().state().slots().get("curriculum");
      assertEquals(steps - first, state.whole("calls"), "every step since the first swap was asked of one curriculum exactly once");
    }
    assertEquals(steps, RunJournal.read(folder.resolve("many/metrics.jsonl")).size(), "one line a step");
    // As if nothing had been exchanged.
    try (var plain = new Watched(config, store, workshop, org.vulpes.runtime.SwapCoordinator.over(workshop), folder.resolve("plain"), "")) {
      assertEquals(steps, plain.stopAt(steps));
    }
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      assertArrayEquals(Files.readAllBytes(checkpoint("plain", steps).resolve(file)), Files.readAllBytes(checkpoint("many", steps).resolve(file)));
    }
  }

  @Test
  void bundlesOfKernelsLeaveNoMemoryAndNoHandleOnAnOpenClDevice() throws Exception {
    OpenClFromFolders.orSkip();
    var workshop = new Workshop();
    var store = workshop.store(folder.resolve("texts"));
    Config config = workshop.config(ENDLESS + "device.use = opencl");
    try (var house = new House(folder, workshop); var run = new Watched(config, store, house, house.swaps, folder.resolve("many"), "")) {
      run.awaitStep(3);
      DeviceMemory before = null;
      Held held = null;
      // Every candidate is compiled and rehearsed on devices of its own, so it is one family by default; else all of them in turns, so many swaps in all.
      List<String> families = SWAPS > KernelFamily.ALL.size() ? KernelFamily.ALL : List.of("norm");
      var memory = new ArrayList<Long>();
      for (int i = 0; i < SWAPS; i++) {
        String family = families.get(i % families.size());
        var told = new ArrayList<String>();
        house.dropText("kernels." + family, "drill", OpenClFromFolders.PORTABLE, "build " + i);
        assertTrue(run.swap("kernels." + family, "drill", told::add), family + ": " + told);
        // A device that holds nothing any more has nothing left behind; its texts would fill the heap.
        OpenClFromFolders.OPENED.removeIf(d -> DeviceMemory.inUse(List.of(d)).equals(DeviceMemory.NONE));
        // What is built is kept for the next swap, and the memory that a rewind needs.
        if (i == families.size() - 1) {
          before = DeviceMemory.inUse(OpenClFromFolders.OPENED);
          held = Held.now();
        }
        if (i % 50 == 0) memory.add(resident());
      }
      System.out.printf("resident after every 50 swaps, MiB: %s%n", memory.stream().map(b -> b >> 20).toList());
      held.assertStill();
      assertGone(run);
      run.stopAt(0);
      assertEquals(before, DeviceMemory.inUse(OpenClFromFolders.OPENED), "bytes and handles of all devices that were opened");
      assertEquals(SWAPS - families.size(), run.control.status().retired());
    }
  }

  /** What the process takes of the machine's memory, heap and driver and all; 0 where the system does not say. */
  private static long resident() throws IOException {
    Path statm = Path.of("/proc/self/statm");
    return Files.exists(statm) ? 4096 * Long.parseLong(Files.readString(statm).split(" ")[1]) : 0;
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
    for (String figure : List.of("pause-us", "handover-us", "keep-us", "groundwork-us")) {
      long[] sorted = done("many", slot).stream().mapToLong(l -> ((Number) l.get(figure)).longValue()).sorted().toArray();
      out.append(String.format("  %s median %d p90 %d p99 %d max %d", figure, sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.9)], sorted[(int) (sorted.length * 0.99)], Arrays.stream(sorted).max().orElse(0)));
    }
    System.out.println(out.append("  of ").append(done("many", slot).size()));
  }
}
