package org.vulpes.kernels.opencl.nvidia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vulpes.compute.Device;
import org.vulpes.compute.opencl.OpenCl;
import org.vulpes.graph.operations.*;
import org.vulpes.graph.reference.OddSizes;
import org.vulpes.graph.reference.OperationCheck;

/** The kernels for tensor cores, with mma.sync replaced by its definition in the PTX manual (PROVE), against float64: rounding to bf16 costs three digits, of the head's exponents more. */
class NvidiaKernelsTest {
  @TempDir
  static Path folder;
  private static Device device;

  @BeforeAll
  static void open() throws IOException {
    var refusal = OpenCl.refusal("0");
    if (refusal.isPresent() && "1".equals(System.getenv("VULPES_REQUIRE_OPENCL"))) fail(refusal.get());
    assumeTrue(refusal.isEmpty(), () -> "skipped: " + refusal.get());
    try (var files = Files.list(Path.of("target/classes"))) {
      for (Path f : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(f);
        if (f.endsWith("kernels.conf")) text = text.replace("that = \"nvidia\"", "that = \"1\"").replaceAll("(?m)^probe .*$", "").replaceAll("source = \\[bf16.cl, gemm.cl", "options = \"-DPROVE\", source = [bf16.cl, gemm.cl");
        Files.writeString(folder.resolve(f.getFileName()), text);
      }
    }
    device = OpenCl.open("0", true, folder);
  }

  @AfterAll
  static void close() {
    if (device != null) device.close();
  }

  static List<OperationCheck> checks() {
    return OddSizes.of(1, MatMul.class, LinearCrossEntropy.class, LinearCrossEntropyGradient.class);
  }

  @ParameterizedTest
  @MethodSource("checks")
  void agreesWithTheDefinition(OperationCheck check) {
    assertEquals(Optional.empty(), check.disagreement(device, 5e-2));
  }
}
