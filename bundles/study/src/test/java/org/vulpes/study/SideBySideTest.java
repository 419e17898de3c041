package org.vulpes.study;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.jvm.internal.JvmDevicePlugin;

/** How many trials of a study train at the same time. */
class SideBySideTest {
  private static final String STUDY = "study { baseline = a, arms { a {}, b { model.width = 32 } } }, training.threads = 0\n";

  @TempDir Path folder;

  /** A device that takes so many threads, however many it is asked to take, as a driver does that has threads of its own. */
  private static DeviceProvider taking(int threads, DeviceProvider jvm) {
    return new DeviceProvider() {
      @Override
      public Optional<String> refusal() {
        return Optional.empty();
      }

      @Override
      public Device open(int asked) {
        return jvm.open(threads);
      }
    };
  }

  @Test
  void coresAreSharedBetweenTrials() {
    int cores = Runtime.getRuntime().availableProcessors();
    assertEquals(Math.min(4, cores), new Laboratory().study(folder, "shared", STUDY).plan().sideBySide());
  }

  @Test
  void aDeviceThatEachTrialTakesAsAWholeTrainsOneTrialAtATime() {
    var laboratory = new Laboratory();
    laboratory.plugin("device/whole", options -> taking(2, new JvmDevicePlugin().create(options)));
    StudyPlan plan = laboratory.study(folder, "whole", STUDY + "device { use = whole, whole.spin-microseconds = 0 }").plan();
    assertEquals(1, plan.sideBySide());
    assertEquals(3, laboratory.study(folder, "said", STUDY + "device { use = whole, whole.spin-microseconds = 0 }, study.side-by-side = 3").plan().sideBySide());
  }
}
