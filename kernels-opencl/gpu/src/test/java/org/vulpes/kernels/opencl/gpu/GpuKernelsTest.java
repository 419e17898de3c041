package org.vulpes.kernels.opencl.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vulpes.compute.Device;
import org.vulpes.compute.opencl.OpenCl;
import org.vulpes.graph.operations.*;
import org.vulpes.graph.reference.OddSizes;
import org.vulpes.graph.reference.OperationCheck;

/** The kernels for GPUs, held against the float64 definitions on whatever device is here: a processor computes the same, only slowly. */
class GpuKernelsTest {
  @TempDir
  static Path folder;
  private static Device device;
  private static Device storing;

  @BeforeAll
  static void open() throws IOException {
    var refusal = OpenCl.refusal("0");
    if (refusal.isPresent() && "1".equals(System.getenv("VULPES_REQUIRE_OPENCL"))) fail(refusal.get());
    assumeTrue(refusal.isEmpty(), () -> "skipped: " + refusal.get());
    try (var files = Files.list(Path.of("src/main/resources"))) {
      for (Path f : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(f);
        if (f.endsWith("kernels.conf")) text = text.replace("that = \"gpu || bf16\"", "that = \"1\"");
        Files.writeString(folder.resolve(f.getFileName()), text);
      }
    }
    device = OpenCl.open("0", folder);
    storing = OpenCl.open("0", true, Path.of("src/main/resources"));
  }

  @AfterAll
  static void close() {
    if (device != null) device.close();
    if (storing != null) storing.close();
  }

  @Test
  void aProcessorTakesThemForBf16Alone() {
    assumeTrue(OpenCl.refusal("gpu").isPresent(), "the first device may be a GPU");
    var products = OpenCl.family("gemm", Path.of("src/main/resources"));
    assertEquals(Optional.empty(), products.refusal(storing.info()));
    assertTrue(products.refusal(device.info()).orElse("").contains("they are written for GPUs"), products.refusal(device.info())::toString);
  }

  static List<OperationCheck> checks() {
    return OddSizes.of(1, MatMul.class, LinearCrossEntropy.class, LinearCrossEntropyGradient.class, Attention.class, AttentionGradient.class, RmsNorm.class, RmsNormGradient.class, SumRows.class);
  }

  @ParameterizedTest
  @MethodSource("checks")
  void agreesWithTheDefinition(OperationCheck check) {
    assertEquals(Optional.empty(), check.disagreement(device, 5e-6));
  }

  /** Of attention one size of heads: each is another program, which takes PoCL's compiler a second or two. */
  static List<OperationCheck> inBf16() {
    var elementwise = OddSizes.of(1, Rope.class, Activate.class, ActivateGradient.class, GatedActivation.class, GatedActivationGradient.class);
    return Stream.concat(checks().stream(), elementwise.stream()).filter(c -> !(c.operation() instanceof Attention a && a.headDim() != 16 || c.operation() instanceof AttentionGradient g && g.headDim() != 16)).toList();
  }

  /** Rounding to bf16 costs three digits, of the head's exponents more. */
  @ParameterizedTest
  @MethodSource("inBf16")
  void agreesWithTheDefinitionInBf16(OperationCheck check) {
    boolean head = check.operation() instanceof LinearCrossEntropy || check.operation() instanceof LinearCrossEntropyGradient;
    assertEquals(Optional.empty(), check.disagreement(storing, head ? 5e-2 : 1e-2));
    if (check.operation() instanceof MatMul) assertTrue(check.error(check.run(storing)) > 1e-4, "not rounded");
  }
}
