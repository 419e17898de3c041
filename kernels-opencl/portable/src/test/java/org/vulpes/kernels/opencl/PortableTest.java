package org.vulpes.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vulpes.compute.Device;
import org.vulpes.compute.opencl.OpenCl;
import org.vulpes.graph.Operation;
import org.vulpes.graph.operations.*;
import org.vulpes.graph.reference.OperationCheck;

/** Every kernel on a device, against the float64 definition of its operation, at sizes that divide nothing. */
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

  private static int[] of(int... sizes) {
    return sizes;
  }

  static List<OperationCheck> checks() {
    var all = new ArrayList<OperationCheck>();
    add(all, new Add(), of(7, 11), of(7, 11));
    add(all, new Multiply(), of(7, 11), of(7, 11));
    add(all, new Scale(0.3), of(77));
    add(all, new ScaleBy(), of(77), of(1));
    add(all, new AddBias(), of(5, 19), of(19));
    add(all, new SumRows(), of(3, 41, 19));
    add(all, new Dot(), of(40_001), of(40_001));
    add(all, new Slice(2, 19), of(5, 30));
    add(all, new Pad(2, 30), of(5, 19));
    add(all, new Concat(), of(5, 19), of(5, 3), of(5, 8));
    add(all, new Embedding(), of(9, 19), of(2, 7));
    add(all, new EmbeddingGradient(9), of(2, 7), of(2, 7, 19));
    add(all, new Rope(12, 8, false), of(2, 5, 24), of(5, 4), of(5, 4));
    add(all, new Rope(16, 16, true), of(2, 5, 32), of(5, 8), of(5, 8));
    for (Activation kind : Activation.values()) {
      add(all, new Activate(kind), of(301));
      add(all, new ActivateGradient(kind), of(301), of(301));
      add(all, new GatedActivation(kind), of(301), of(301));
      add(all, new GatedActivationGradient(kind), of(301), of(301), of(301));
    }
    add(all, new RmsNorm(1e-5, true), of(7, 38), of(19));
    add(all, new RmsNorm(1e-5, false), of(7, 70), of(70));
    add(all, new RmsNormGradient(false), of(70, 38), of(19), of(70, 2), of(70, 38));
    add(all, new LayerNorm(1e-5), of(7, 38), of(38), of(38));
    add(all, new LayerNorm(1e-5), of(7, 38), of(38));
    add(all, new LayerNormGradient(), of(70, 38), of(38), of(70, 1), of(70, 1), of(70, 38));
    add(all, new SquaredNorm(), of(20_001), of(3), of(5, 7));
    add(all, new ClipFactor(), of(1), of(1));
    add(all, new AdamW(true), of(77), of(77), of(77), of(77), of(1), of(8));
    add(all, new AdamW(false), of(77), of(77), of(77), of(77), of(1), of(8));
    add(all, new Lion(true), of(77), of(77), of(77), of(1), of(8));
    for (int headDim : of(6, 16, 40)) {
      var attention = new Attention(4, 2, headDim, 0.3, 20);
      int[] q = of(2, 43, 4 * headDim), kv = of(2, 43, 2 * headDim), rows = of(2, 43);
      add(all, attention, q, kv, kv, rows);
      add(all, new AttentionGradient(4, 2, headDim, 0.3, 20), q, kv, kv, rows, q, of(2, 43, 4), q);
    }
    add(all, new Attention(3, 3, 8, 0.3, 0), of(1, 21, 24), of(1, 21, 24), of(1, 21, 24), of(1, 21));
    for (boolean transposeA : new boolean[] {false, true}) {
      for (boolean transposeB : new boolean[] {false, true}) {
        add(all, new MatMul(transposeA, transposeB), transposeA ? of(70, 17) : of(17, 70), transposeB ? of(33, 70) : of(70, 33));
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
    if (check.operation().inPlace(0) >= 0) compare(check, check.inPlace(device));
  }

  private static void compare(OperationCheck check, double[][] out) {
    assertTrue(check.error(out) < 5e-6, () -> check.error(out) + ": " + check.describe(out));
  }
}
