package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceLost;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.opencl.OpenCl;
import org.vulpes.compute.opencl.internal.DeviceMemory;
import org.vulpes.compute.opencl.internal.LosableDriver;
import org.vulpes.corpus.TokenStore;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.slot.Plugin;
import org.vulpes.training.Outcome.Status;

/** The OpenCL device is lost in the middle of a run: one sentence, nothing half-written, nothing left open, and the same command goes on with the same bits. */
@ResourceLock("OpenCL")
class DeviceLossTest {
  private static final String OPENCL = "device.use = opencl";
  private static final String ENDLESS = OPENCL + """

      curriculum { use = flat, flat { sequence-length = 16, batch-tokens = 32 } }
      training { tokens = 100000000, checkpoint-every = 5, evaluations = 1 }
      """;

  private final Workshop workshop = new Workshop();
  private final LosableDriver driver = new LosableDriver();
  private CountDownLatch rehearsing = new CountDownLatch(0);
  @TempDir Path folder;
  private TokenStore store;

  @BeforeEach
  void store() {
    OpenClFromFolders.orSkip();
    store = workshop.store(folder.resolve("cache"));
  }

  /** Puts the device that can be lost into the place of the other. */
  private void losable() {
    Plugin<DeviceProvider> plugin = options -> new DeviceProvider() {
      @Override
      public Optional<String> refusal() {
        return OpenCl.refusal("0");
      }

      @Override
      public Device open(int threads) {
        try {
          if (Thread.currentThread().getName().equals("vulpes-swap-proof")) rehearsing.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        return driver.open(Path.of("target/opencl-cache"), OpenClFromFolders.PORTABLE);
      }
    };
    workshop.plugins().put("device/opencl", plugin);
  }

  private void found() {
    workshop.plugins().put("device/opencl", options -> new DeviceProvider() {
      @Override
      public Optional<String> refusal() {
        return Optional.empty();
      }

      @Override
      public Device open(int threads) {
        return OpenClFromFolders.open(false);
      }
    });
  }

  private Outcome train(String run, RunListener listener) {
    return train(workshop.config(OPENCL), run, listener);
  }

  private Outcome train(Config config, String run, RunListener listener) {
    try (var r = TrainingRun.open(new RunOrder(config, 3, store, folder.resolve(run), ""), Workshop.ONE_TEXT, workshop, SwapCoordinator.over(workshop), listener)) {
      return r.train(() -> false);
    }
  }

  private Watched watch(Config config, String run) {
    return new Watched(config, store, workshop, SwapCoordinator.over(workshop), folder.resolve(run), "");
  }

  private byte[] read(String run, long step, String file) throws IOException {
    return Files.readAllBytes(folder.resolve(run).resolve("checkpoints/" + step + "/" + file));
  }

  private List<String> metrics(String run) throws IOException {
    return Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl")).stream().map(l -> l.replaceAll("\"seconds\":[^,}]*", "")).toList();
  }

  private static void assertSaid(DeviceLost e, String what) {
    assertTrue(e.getMessage().contains(" does not work any more: it could not " + what) && e.getMessage().contains("start the same command again"), e.getMessage());
    assertEquals(List.of(), List.of(e.getSuppressed()), "thrown while everything was closed");
  }

  /** Nothing is half-written, and nothing is left open. */
  private void assertWhole(String run) throws IOException {
    assertEquals(DeviceMemory.NONE, DeviceMemory.inUse(driver.opened));
    var left = new ArrayList<String>();
    try (var all = Files.walk(folder.resolve(run))) {
      for (Path p : all.toList()) {
        if (p.getFileName().toString().matches("\\.(tmp|old).*|.*\\.(part|tmp)")) left.add(p.toString());
        if (p.toString().endsWith(".jsonl")) Files.readAllLines(p).forEach(ConfigFactory::parseString);
      }
    }
    assertEquals(List.of(), left);
  }

  /** A step, the copy for a checkpoint (every fourth step) and an evaluation (half-way, after step 20). */
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      6  | clEnqueueNDRangeKernel | -36   | run program          | 4
      6  | clEnqueueNDRangeKernel | -5    | run program          | 4
      6  | clFinish               | -5    | run program          | 4
      6  | clEnqueueWriteBuffer   | -14   | write a buffer       | 4
      8  | clEnqueueReadBuffer    | -2    | read a buffer        | 4
      20 | clFinish               | -9999 | run program          | 16
      """)
  void aRunThatLosesItsDeviceGoesOnWithTheSameBits(long after, String function, int code, String what, long whole) throws IOException {
    found();
    assertEquals(Status.FINISHED, train("plain", new RunListener() {}).status());
    losable();
    driver.apart = function.endsWith("Buffer");
    var e = assertThrows(DeviceLost.class, () -> train("lost", new RunListener() {
      @Override
      public void step(long step, long tokens, long total, double loss) {
        if (step == after) driver.lose(function, code);
      }
    }));
    assertSaid(e, what);
    assertWhole("lost");
    assertEquals(whole, new Checkpoints(folder.resolve("lost/checkpoints"), 9).newest().state().step());
    found();
    assertEquals(Status.FINISHED, train("lost", new RunListener() {}).status());
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) assertArrayEquals(read("plain", 30, file), read("lost", 30, file), file);
    assertEquals(metrics("plain"), metrics("lost"));
  }

  /** Trains on from the last checkpoint, and the same without any swap. */
  private void assertAsWithoutSwap(Config config) throws Exception {
    found();
    long steps;
    try (var run = watch(config, "lost")) {
      steps = run.stopAt(20);
    }
    try (var plain = watch(config, "plain")) {
      assertEquals(steps, plain.stopAt(steps));
    }
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) assertArrayEquals(read("plain", steps, file), read("lost", steps, file), file);
  }

  @Test
  void lostWhileKernelsAreRehearsedTheSwapIsRefusedAndTheRunEnds() throws Exception {
    losable();
    Config config = workshop.config(ENDLESS);
    var told = new ArrayList<String>();
    var run = watch(config, "lost");
    try (run) {
      run.awaitStep(7);
      driver.loseAnother("clFinish", -5);
      assertFalse(run.swap("kernels.gemm", "portable", told::add));
      assertTrue(told.getLast().startsWith("refused: ") && told.getLast().contains("does not work any more"), told::toString);
      assertSaid((DeviceLost) assertThrows(ExecutionException.class, () -> run.stopAt(1_000_000)).getCause(), "");
    }
    assertWhole("lost");
    assertAsWithoutSwap(config);
  }

  /** The swap that the configuration asks for is rehearsed ahead; its failure shows at its step, where a swap that fails is the fault of the configuration. This one is not. */
  @Test
  void lostWhileASwapOfTheConfigurationIsRehearsedTheRunGoesOnLater() throws Exception {
    Config config = workshop.config(OPENCL + "\nswaps = [{ at = 35%, slot = kernels.gemm, use = portable }]");
    found();
    assertEquals(Status.FINISHED, train(config, "plain", new RunListener() {}).status());
    losable();
    rehearsing = new CountDownLatch(1);
    var e = assertThrows(DeviceLost.class, () -> train(config, "lost", new RunListener() {
      @Override
      public void step(long step, long tokens, long total, double loss) {
        if (step != 14) return;
        driver.loseAnother("clFinish", -5);
        rehearsing.countDown();
      }
    }));
    assertSaid(e, "");
    assertWhole("lost");
    assertTrue(Files.readAllLines(folder.resolve("lost/journal.jsonl")).stream().noneMatch(l -> l.contains("failed")));
    found();
    assertEquals(Status.FINISHED, train(config, "lost", new RunListener() {}).status());
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) assertArrayEquals(read("plain", 30, file), read("lost", 30, file), file);
  }

  @Test
  void aSwapInWhoseProbationTheDeviceIsLostIsNotDoneAgain() throws Exception {
    losable();
    Config config = workshop.config(ENDLESS + "swapping.probation-steps = 100000");
    var told = new ArrayList<String>();
    var run = watch(config, "lost");
    try (run) {
      run.awaitStep(7);
      assertFalse(run.swap("kernels.gemm", "portable", sentence -> {
        told.add(sentence);
        if (sentence.contains("on probation")) driver.lose("clFinish", -36);
      }));
      assertTrue(told.getLast().startsWith("rewound to step ") && told.getLast().contains("the device was lost"), told::toString);
      assertSaid((DeviceLost) assertThrows(ExecutionException.class, () -> run.stopAt(1_000_000)).getCause(), "");
    }
    assertWhole("lost");
    assertAsWithoutSwap(config);
  }
}
