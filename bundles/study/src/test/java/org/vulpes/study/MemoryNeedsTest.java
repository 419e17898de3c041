package org.vulpes.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.Memory;
import org.vulpes.compute.jvm.internal.JvmDevicePlugin;
import org.vulpes.slot.InvalidInput;

/** What trials take of a device's memory, told and judged before anything trains. */
class MemoryNeedsTest {
  private static final String STUDY = "study { baseline = a, arms { a {}, b { model.width = 32 } } }\n";

  @TempDir Path folder;

  /** The jvm device, as if it had no more room than this. */
  private static Laboratory with(Memory room) {
    var laboratory = new Laboratory();
    laboratory.plugin("device/small", options -> {
      DeviceProvider jvm = new JvmDevicePlugin().create(options);
      return new DeviceProvider() {
        @Override
        public Optional<String> refusal() {
          return Optional.empty();
        }

        @Override
        public Device open(int threads) {
          Device real = jvm.open(threads);
          return (Device) Proxy.newProxyInstance(Device.class.getClassLoader(), new Class<?>[] {Device.class}, (_, method, arguments) -> method.getName().equals("room") ? room : method.invoke(real, arguments));
        }
      };
    });
    return laboratory;
  }

  private static String small(String text) {
    return text + "device { use = small, small.spin-microseconds = 0 }\n";
  }

  @Test
  void aTrialTakesAtLeastWhatItsWeightsGradientsAndMomentsTake() {
    var study = new Laboratory().study(folder, "told", STUDY);
    assertTrue(study.memory().get("a") > 16 * study.plan().arm("a").parameters().total(), study.memory()::toString);
    assertTrue(study.memory().get("b") - study.memory().get("a") > 16 * (study.plan().arm("b").parameters().total() - study.plan().arm("a").parameters().total()), study.memory()::toString);
  }

  @Test
  void anArmThatDoesNotFitIsRefusedByNameBeforeAnythingTrains() {
    var fits = new Laboratory().study(folder, "fits", STUDY).memory();
    String said = assertThrows(InvalidInput.class, () -> with(new Memory(fits.get("a"), Long.MAX_VALUE)).study(folder, "large", small(STUDY))).getMessage();
    assertTrue(said.startsWith("'b' does not fit on jvm") && said.contains("the device has"), said);
    assertFalse(Files.exists(folder.resolve("large")));
    assertEquals(fits, with(new Memory(fits.get("b"), Long.MAX_VALUE)).study(folder, "just", small(STUDY)).memory());
  }

  @Test
  void aPieceThatIsTooLargeForOneBufferIsRefused() {
    String said = assertThrows(InvalidInput.class, () -> with(new Memory(Long.MAX_VALUE, 1000)).study(folder, "piece", small(STUDY))).getMessage();
    assertTrue(said.startsWith("'a' does not fit on jvm") && said.contains("in one piece"), said);
  }
}
