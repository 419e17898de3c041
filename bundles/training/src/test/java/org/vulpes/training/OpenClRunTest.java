package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.vulpes.corpus.TokenStore;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.training.Outcome.Status;

/** Whole runs on an OpenCL device: beside the Vector API, and beside themselves. */
@ResourceLock("OpenCL")
class OpenClRunTest {
  private static final String LONG = "training.tokens = 19200, training.checkpoint-every = 50";
  private final Workshop workshop = new Workshop();
  @TempDir Path folder;
  private TokenStore store;

  @BeforeEach
  void store() {
    OpenClFromFolders.orSkip();
    store = workshop.store(folder.resolve("cache"));
  }

  private Outcome train(Config config, String run, int steps) {
    var left = new AtomicInteger(steps);
    try (var r = TrainingRun.open(new RunOrder(config, 3, store, folder.resolve(run), ""), Workshop.ONE_TEXT, workshop, SwapCoordinator.over(workshop), new RunListener() {})) {
      return r.train(() -> left.getAndDecrement() <= 0);
    }
  }

  private byte[] weights(String run) throws IOException {
    try (var all = Files.list(folder.resolve(run).resolve("checkpoints"))) {
      Path newest = all.filter(p -> p.getFileName().toString().matches("\\d+")).max(java.util.Comparator.comparingLong(p -> Long.parseLong(p.getFileName().toString()))).orElseThrow();
      return Files.readAllBytes(newest.resolve("model.safetensors"));
    }
  }

  private List<Double> losses(String run) throws IOException {
    return Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl")).stream().map(ConfigFactory::parseString).filter(c -> c.hasPath("loss")).map(c -> c.getDouble("loss")).toList();
  }

  @Test
  void twoHundredStepsStayBesideTheVectorDeviceAndRepeatThemselves() throws IOException {
    Outcome jvm = train(workshop.config(LONG), "jvm", 10_000);
    Outcome one = train(workshop.config(LONG + ", device.use = opencl"), "one", 10_000);
    train(workshop.config(LONG + ", device.use = opencl"), "two", 10_000);
    assertEquals(Status.FINISHED, one.status());
    List<Double> expected = losses("jvm"), found = losses("one");
    assertTrue(found.size() >= 200, "steps: " + found.size());
    for (int i = 0; i < found.size(); i++) assertEquals(expected.get(i), found.get(i), 5e-3, "loss of step " + (i + 1));
    assertEquals(jvm.bitsPerByte(), one.bitsPerByte(), 5e-3);
    assertArrayEquals(weights("one"), weights("two"));
  }

  @Test
  void resumesAndSwapsKernelsWithoutLosingABit() throws IOException {
    Config config = workshop.config("device.use = opencl, swaps = [{ at = 50%, slot = kernels.gemm, use = portable }]");
    train(config, "whole", 10_000);
    assertEquals(Status.STOPPED, train(config, "parts", 7).status());
    assertEquals(Status.FINISHED, train(config, "parts", 10_000).status());
    assertArrayEquals(weights("whole"), weights("parts"));
    assertTrue(Files.readString(folder.resolve("whole/journal.jsonl")).contains("portable"));
  }
}
