package example;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vulpes.compute.opencl.OpenCl;
import org.vulpes.graph.operations.Activation;
import org.vulpes.graph.operations.GatedActivation;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.graph.reference.OperationCheck;

/** Both kernels against the float64 definitions. */
class ExampleKernelTest {
  static Stream<OperationCheck> checks() {
    return Stream.of(OperationCheck.of(new MatMul(false, true), 1, new int[] {17, 70}, new int[] {33, 70}), OperationCheck.of(new MatMul(true, false), 2, new int[] {70, 17}, new int[] {70, 33}),
        OperationCheck.of(new GatedActivation(Activation.SILU), 3, new int[] {301}, new int[] {301}));
  }

  @ParameterizedTest
  @MethodSource("checks")
  void agreesWithTheDefinition(OperationCheck check) {
    var refusal = OpenCl.refusal("0");
    if (refusal.isPresent() && "1".equals(System.getenv("VULPES_REQUIRE_OPENCL"))) fail(refusal.get());
    assumeTrue(refusal.isEmpty(), () -> "skipped: " + refusal.get());
    try (var device = OpenCl.open("0", Path.of("target/classes"))) {
      double[][] out = check.run(device);
      assertTrue(check.error(out) < 2e-6, () -> check.describe(out));
    }
  }
}
