package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vulpes.compute.DType;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.graph.Cost;
import org.vulpes.graph.operations.Add;
import org.vulpes.graph.operations.MatMul;

class ProfileTest {
  private static final Operand SQUARE = new Operand(Operand.ARENA, 0, DType.F32, 8, 8);

  private static KernelCall call(boolean product) {
    return new KernelCall(product ? new MatMul(false, false) : new Add(), List.of(SQUARE, SQUARE), List.of(SQUARE), false, "layer");
  }

  /** Takes half a millisecond. */
  private static Work busy() {
    return new Work() {
      @Override
      public int pieces() {
        return 1;
      }

      @Override
      public void run(int piece, long scratch) {
        for (long end = System.nanoTime() + 500_000; System.nanoTime() < end; ) Thread.onSpinWait();
      }
    };
  }

  @Test
  void aLineAKernelAndShapeWithItsTimeAndItsFloor() {
    // One product of two phases, and two sums.
    Work[] phases = {busy(), busy(), busy(), busy()};
    KernelCall product = call(true);
    var profile = new Profile("step", phases, new KernelCall[] {product, product, call(false), call(false)}, 2);
    assertEquals("", profile.table(new Floor(1, 1)));
    try (var device = new JvmDevice(2, 50_000)) {
      for (int i = 0; i < 3; i++) profile.run(device, 0);
    }
    // 2·8³ operations at 1 a nanosecond; 2·3·64 floats at 1 byte a nanosecond.
    List<String> lines = profile.table(new Floor(1, 1)).lines().toList();
    assertEquals(4, lines.size(), () -> lines.toString());
    assertTrue(lines.get(0).matches("step: \\d+\\.\\d\\d ms, the best of 3 runs, .*"), lines.get(0));
    String matmul = lines.stream().filter(l -> l.contains("MatMul[transposeA=false, transposeB=false] [8,8][8,8]")).findFirst().orElseThrow();
    String sums = lines.stream().filter(l -> l.contains("Add[] [8,8][8,8]")).findFirst().orElseThrow();
    assertEquals("1", matmul.strip().split(" +")[2]);
    assertEquals("0.001", matmul.strip().split(" +")[5]);
    assertEquals("2", sums.strip().split(" +")[2]);
    assertEquals("0.002", sums.strip().split(" +")[5]);
  }

  @Test
  void theFloorIsTheLongerOfOperationsAndBytes() {
    assertEquals(50, new Floor(2, 4).of(new Cost(1, 100, 100)));
    assertEquals(100, new Floor(2, 4).of(new Cost(1, 100, 400)));
    try (var device = new JvmDevice(2, 50_000)) {
      Floor measured = device.floor();
      assertTrue(measured.flops() > 0.1 && measured.flops() < 1e5 && measured.bytes() > 0.1 && measured.bytes() < 1e5, measured.toString());
    }
  }
}
