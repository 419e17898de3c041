package org.vulpes.kernels.opencl.gpu;

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

/** The kernels for GPUs, held against the float64 definitions on whatever device is here: a processor computes the same, only slowly. */
class GpuKernelsTest {
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
        if (f.endsWith("kernels.conf")) text = text.replace("that = \"gpu\"", "that = \"1\"");
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
    for (int headDim : of(6, 40)) {
      for (int window : of(0, 20)) {
        int[] q = of(2, 83, 4 * headDim), kv = of(2, 83, 2 * headDim), rows = of(2, 83);
        add(all, new Attention(4, 2, headDim, 0.3, window), q, kv, kv, rows);
        add(all, new AttentionGradient(4, 2, headDim, 0.3, window), q, kv, kv, rows, q, of(2, 83, 4), q);
      }
    }
    add(all, new RmsNorm(1e-5, true), of(7, 38), of(19));
    add(all, new RmsNormGradient(false), of(70, 38), of(19), of(70, 2), of(70, 38));
    add(all, new SumRows(), of(3, 41, 19));
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
    assertTrue(check.error(out) < 5e-6, () -> check.error(out) + ": " + check.describe(out));
  }
}
