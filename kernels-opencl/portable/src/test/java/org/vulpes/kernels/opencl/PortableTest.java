package org.vulpes.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vulpes.compute.Device;
import org.vulpes.compute.opencl.OpenCl;
import org.vulpes.graph.operations.LinearCrossEntropy;
import org.vulpes.graph.operations.LinearCrossEntropyGradient;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.graph.operations.RmsNorm;
import org.vulpes.graph.reference.OddSizes;
import org.vulpes.graph.reference.OperationCheck;

/** Every operation of the house on a device, against its float64 definition, at sizes that divide nothing. */
class PortableTest {
  private static final Path TRANSLATED = Path.of("target/classes");
  private static Device device;

  @BeforeAll
  static void open() {
    var refusal = OpenCl.refusal("0");
    if (refusal.isPresent() && "1".equals(System.getenv("VULPES_REQUIRE_OPENCL"))) fail(refusal.get());
    assumeTrue(refusal.isEmpty(), () -> "skipped: " + refusal.get());
    device = OpenCl.open("0", TRANSLATED);
  }

  @AfterAll
  static void close() {
    if (device != null) device.close();
  }

  static List<OperationCheck> checks() {
    return OddSizes.all(1);
  }

  @ParameterizedTest
  @MethodSource("checks")
  void agreesWithTheDefinition(OperationCheck check) {
    assertEquals(Optional.empty(), check.disagreement(device, 5e-6));
  }

  /** Beside the definition on operands that were rounded before, from which a product of unrounded ones differs by some thousandths. */
  @Test
  void productsRoundTheirOperandsToBf16WhereThatIsAskedFor() {
    try (var rounding = OpenCl.open("0", true, TRANSLATED)) {
      for (OperationCheck exact : OddSizes.of(1, MatMul.class)) {
        double[][] inputs = Arrays.stream(exact.inputs()).map(x -> Arrays.stream(x).map(PortableTest::bf16).toArray()).toArray(double[][]::new);
        var rounded = OperationCheck.of(exact.operation(), exact.inputShapes(), inputs);
        double[][] out = exact.run(rounding);
        assertTrue(rounded.error(out) < 5e-6, () -> rounded.describe(out));
        assertTrue(exact.error(out) > 1e-4, "not rounded");
      }
      // The head's logits are products too, as large as 15, and carry a rounding of some hundredths into the exponent; a norm is none.
      for (OperationCheck check : OddSizes.of(1, LinearCrossEntropy.class, LinearCrossEntropyGradient.class)) assertEquals(Optional.empty(), check.disagreement(rounding, 5e-2));
      for (OperationCheck check : OddSizes.of(1, RmsNorm.class)) assertEquals(Optional.empty(), check.disagreement(rounding, 5e-6));
    }
  }

  /** To nearest, ties to even. */
  private static double bf16(double x) {
    int bits = Float.floatToRawIntBits((float) x);
    return Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000);
  }
}
