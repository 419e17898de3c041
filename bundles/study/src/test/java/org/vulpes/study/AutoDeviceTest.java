package org.vulpes.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceLost;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.OutOfDeviceMemory;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Plugin;

/** {@code device = auto} says which device it took, and why it left out the others. */
class AutoDeviceTest {
  private static final String STUDY = """
      device { use = auto, absent {}, small {}, gone {} }
      study { baseline = a, arms { a {}, b { model.width = 32 } }, side-by-side = 1 }
      """;

  @TempDir Path folder;
  private final Laboratory laboratory = new Laboratory();

  /** @param devices that it names @param problem of whoever opens one; null: it cannot be used at all */
  private void device(String name, List<String> devices, RuntimeException problem) {
    laboratory.plugin("device/" + name, (Plugin<DeviceProvider>) options -> new DeviceProvider() {
      @Override
      public Optional<String> refusal() {
        return problem == null ? Optional.of("No driver is installed.") : Optional.empty();
      }

      @Override
      public List<String> devices() {
        return devices;
      }

      @Override
      public Device open(int threads) {
        throw problem;
      }
    });
  }

  private void othersThanTheVectorApi() {
    device("absent", List.of(), null);
    device("small", List.of("small"), new OutOfDeviceMemory("There is no memory for a buffer.", null));
    device("gone", List.of("gone"), new DeviceLost("gone does not work any more.", null));
  }

  @Test
  void whatIsLeftOutIsSaidWithTheReason() {
    othersThanTheVectorApi();
    laboratory.study(folder, "auto", STUDY);
    List<String> said = laboratory.said.stream().filter(s -> s.startsWith("device = auto")).toList();
    assertEquals(1, said.size());
    assertTrue(said.getFirst().matches("device = auto: jvm; tokens a second .*: jvm [\\d,]+; left out: absent: No driver is installed\\. gone: gone does not work any more\\. small: There is no memory for a buffer\\."),
        said.getFirst());
  }

  @Test
  void whereNoneCanBeUsedEveryReasonIsGiven() {
    othersThanTheVectorApi();
    device("jvm", List.of("jvm"), null);
    var e = assertThrows(InvalidInput.class, () -> laboratory.study(folder, "none", STUDY));
    assertEquals("device = auto finds no device that can be used: absent: No driver is installed. gone: gone does not work any more. jvm: No driver is installed. small: There is no memory for a buffer.", e.getMessage());
  }
}
