package org.vulpes.interchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vulpes.compute.jvm.internal.JvmDevicePlugin;
import org.vulpes.compute.opencl.OpenCl;
import org.vulpes.graph.reference.ReferenceDevice;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/** The numbers come from a float64 model that was checked against published implementations of each family. */
class ParityTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  @TempDir Path folder;

  private static Stream<String> families() {
    return Stream.of("fox-1", "llama-3.2", "qwen1.5", "qwen3", "smollm3", "stablelm-2", "gemma-1", "gemma-3", "olmo-2", "openelm", "gpt-2");
  }

  @ParameterizedTest
  @MethodSource("families")
  void theReferenceDeviceReproducesEveryFamily(String family) {
    try (var device = new ReferenceDevice()) {
      ParityReport report = Parity.run(GOLDEN.resolve(family), new StockBricks(), device, Parity.Tolerances.float64());
      assertTrue(report.passed(), report.toString());
      assertEquals(List.of("hidden", "logits", "token_nll", "loss", "gradient l2", "gradient sample", "grad_total_l2", "greedy"),
          report.checks().stream().map(ParityReport.Check::quantity).toList());
      assertTrue(report.check("logits").worst() <= 5e-7, report.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void theVectorDeviceReproducesEveryFamily(String family) {
    try (var device = new JvmDevicePlugin().create(Options.of("spin-microseconds = 0")).open(2)) {
      ParityReport report = Parity.run(GOLDEN.resolve(family), new StockBricks(), device, Parity.Tolerances.float32());
      assertTrue(report.passed(), report.toString());
    }
  }

  @Test
  void anOpenClDeviceReproducesEveryFamily() {
    var refusal = OpenCl.refusal("0");
    if (refusal.isPresent() && "1".equals(System.getenv("VULPES_REQUIRE_OPENCL"))) fail(refusal.get());
    assumeTrue(refusal.isEmpty(), () -> "skipped: " + refusal.get());
    try (var device = OpenCl.open("0", Path.of("../../kernels-opencl/portable/target/classes"))) {
      for (String family : families().toList()) {
        ParityReport report = Parity.run(GOLDEN.resolve(family), new StockBricks(), device, Parity.Tolerances.float32());
        assertTrue(report.passed(), family + ": " + report);
      }
    }
  }

  @Test
  void aWrongNumberIsFoundAndNamed() throws IOException {
    copy("fox-1");
    String config = Files.readString(folder.resolve("config.json"));
    Files.writeString(folder.resolve("config.json"), config.replace("1e-05", "1e-04"));
    try (var device = new ReferenceDevice()) {
      ParityReport report = Parity.run(folder, new StockBricks(), device, Parity.Tolerances.float32());
      assertFalse(report.passed());
      assertTrue(report.check("hidden").where().startsWith("after_"), report.toString());
    }
  }

  @Test
  void aMissingFileIsSaid() throws IOException {
    for (String missing : new String[] {"expected.json", "config.json", "model.safetensors"}) {
      copy("fox-1");
      Files.delete(folder.resolve(missing));
      try (var device = new ReferenceDevice()) {
        String message = assertThrows(InvalidInput.class, () -> Parity.run(folder, new StockBricks(), device, Parity.Tolerances.float32())).getMessage();
        assertTrue(message.contains(missing), message);
      }
    }
  }

  private void copy(String family) throws IOException {
    for (String file : new String[] {"expected.json", "config.json", "model.safetensors"}) {
      Files.write(folder.resolve(file), Files.readAllBytes(GOLDEN.resolve(family).resolve(file)));
    }
  }
}
