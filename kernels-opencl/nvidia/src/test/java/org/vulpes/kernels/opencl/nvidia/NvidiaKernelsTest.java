package org.vulpes.kernels.opencl.nvidia;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vulpes.compute.Device;
import org.vulpes.compute.opencl.OpenCl;
import org.vulpes.graph.Operation;
import org.vulpes.graph.operations.*;
import org.vulpes.graph.reference.OperationCheck;

/** The kernels for tensor cores, with mma.sync replaced by its definition in the PTX manual (PROVE), against float64: rounding to bf16 costs three digits. */
class NvidiaKernelsTest {
  @TempDir
  static Path folder;
  private static Device device;

  @BeforeAll
  static void open() throws IOException {
    var refusal = OpenCl.refusal("0");
    if (refusal.isPresent() && "1".equals(System.getenv("VULPES_REQUIRE_OPENCL"))) fail(refusal.get());
    assumeTrue(refusal.isEmpty(), () -> "skipped: " + refusal.get());
    try (var files = Files.list(Path.of("src/main/resources"))) {
      for (Path f : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(f);
        if (f.endsWith("kernels.conf")) text = text.replace("that = \"nvidia\"", "that = \"1\"").replaceAll("(?m)^probe .*$", "").replaceAll("source = \\[gemm.cl", "options = \"-DPROVE\", source = [gemm.cl");
        Files.writeString(folder.resolve(f.getFileName()), text);
      }
    }
    device = OpenCl.open("0", folder);
  }

  @AfterAll
  static void close() {
    if (device != null) device.close();
  }

  private static int[] of(int... sizes) {
    return sizes;
  }

  static List<OperationCheck> checks() {
    var all = new ArrayList<OperationCheck>();
    for (boolean transposeA : new boolean[] {false, true}) {
      for (boolean transposeB : new boolean[] {false, true}) {
        add(all, new MatMul(transposeA, transposeB), transposeA ? of(70, 67) : of(67, 70), transposeB ? of(133, 70) : of(70, 133));
      }
    }
    for (boolean keep : new boolean[] {false, true}) {
      add(all, new LinearCrossEntropy(keep), of(3, 9, 20), of(301, 20), of(3, 9));
      var gradient = new ArrayList<>(List.of(of(3, 9, 20), of(301, 20), of(3, 9), of(3, 9), of(3, 9)));
      if (keep) gradient.add(of(3, 9, 301));
      add(all, new LinearCrossEntropyGradient(keep), gradient.toArray(int[][]::new));
    }
    return all;
  }

  private static void add(List<OperationCheck> all, Operation operation, int[]... sizes) {
    all.add(OperationCheck.of(operation, all.size(), sizes));
  }

  @ParameterizedTest
  @MethodSource("checks")
  void agreesWithTheDefinition(OperationCheck check) {
    compare(check, check.run(device));
    if (check.operation().accumulates()) compare(check, check.accumulate(device));
  }

  private static void compare(OperationCheck check, double[][] out) {
    assertTrue(check.error(out) < 1e-2, () -> check.error(out) + ": " + check.describe(out));
  }
}
