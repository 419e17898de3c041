package org.vulpes.graph.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Kernel;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.compute.OutOfDeviceMemory;
import org.vulpes.compute.Program;
import org.vulpes.compute.UnsupportedKernel;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.operations.Add;
import org.vulpes.graph.operations.Concat;
import org.vulpes.graph.operations.Scale;
import org.vulpes.graph.reference.ReferenceRun;

class ReferenceDeviceTest {
  private final ReferenceDevice device = new ReferenceDevice();

  private static Program program(List<Program.Binding> bindings, KernelCall... calls) {
    return new Program("test", bindings, List.of(calls), 64);
  }

  @Test
  void tellsTheMostThatWasHeldAtOneTime() {
    Buffer first = device.allocate(DType.F32, 50);
    first.close();
    first.close();
    Buffer second = device.allocate(DType.BF16, 60);
    assertEquals(480, device.peakBytes(), "8 bytes a number; what was given back counts no more");
    var call = new KernelCall(new Scale(1), List.of(new Operand(0, 0, DType.F32, 2)), List.of(new Operand(Operand.ARENA, 0, DType.F32, 2)), false, "");
    device.prepare(program(List.of(new Program.Binding("y", DType.F32, 2)), call), Map.of("y", device.allocate(DType.F32, 2)));
    assertEquals(480 + 16 + 256 + 2 * 16, device.peakBytes(), "60 and 2 numbers, 64 bytes of arena as 32 doubles, input and output of the call");
    second.close();
  }

  @Test
  void readingMemoryThatNobodyWroteShowsAsNaN() {
    var call = new KernelCall(new Scale(1), List.of(new Operand(Operand.ARENA, 0, DType.F32, 2)), List.of(new Operand(0, 0, DType.F32, 2)), false, "");
    Buffer y = device.allocate(DType.F32, 2);
    var executable = device.prepare(program(List.of(new Program.Binding("y", DType.F32, 2)), call), Map.of("y", y));
    executable.run();
    double[] got = new double[2];
    y.read(0, got, 0, 2);
    assertTrue(Double.isNaN(got[0]) && Double.isNaN(got[1]));
  }

  @Test
  void operandsMayStartInsideABindingAndOverwriteNaN() {
    Buffer b = device.allocate(DType.F32, 4);
    b.write(0, new double[] {1, 2, Double.NaN, Double.NaN}, 0, 4);
    var call = new KernelCall(new Scale(10), List.of(new Operand(0, 0, DType.F32, 2)), List.of(new Operand(0, 2, DType.F32, 2)), false, "");
    device.prepare(program(List.of(new Program.Binding("b", DType.F32, 4)), call), Map.of("b", b)).run();
    double[] got = new double[4];
    b.read(0, got, 0, 4);
    assertArrayEquals(new double[] {1, 2, 10, 20}, got);
  }

  @Test
  void buffersKeepAllDigitsOfF32AndRoundBf16ToEven() {
    Buffer f = device.allocate(DType.F32, 1), h = device.allocate(DType.BF16, 4), i = device.allocate(DType.I32, 2);
    double[] got = new double[4];
    f.write(0, new double[] {0.1}, 0, 1);
    f.read(0, got, 0, 1);
    assertEquals(0.1, got[0]);
    // bfloat16 has 8 significant bits: 1 + 1/256 is a tie and goes to even, 1 + 3/256 goes up
    h.write(0, new double[] {1 + 1.0 / 256, 1 + 3.0 / 256, -1.5, 1e39}, 0, 4);
    h.read(0, got, 0, 4);
    assertArrayEquals(new double[] {1, 1 + 4.0 / 256, -1.5, Double.POSITIVE_INFINITY}, got);
    i.write(0, new int[] {-1, 7}, 0, 2);
    int[] whole = new int[2];
    i.read(0, whole, 0, 2);
    assertArrayEquals(new int[] {-1, 7}, whole);
    assertThrows(IllegalArgumentException.class, () -> i.write(0, new float[1], 0, 1));
    assertThrows(IllegalArgumentException.class, () -> f.read(0, new int[1], 0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> f.write(1, new float[1], 0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> f.write(0, new float[1], 1, 1));
    f.close();
    f.close();
    assertThrows(IllegalStateException.class, () -> f.clear());
  }

  @Test
  void whatDoesNotFitIsRefusedWhenPrepared() {
    var x = new Program.Binding("x", DType.F32, 2);
    var in = new Operand(0, 0, DType.F32, 2);
    Map<String, Buffer> bound = Map.of("x", device.allocate(DType.F32, 2));
    var good = new KernelCall(new Scale(1), List.of(in), List.of(in), false, "");
    device.prepare(program(List.of(x), good), bound).run();
    assertEquals("Program 'test': binding 'x' is missing.",
        assertThrows(IllegalArgumentException.class, () -> device.prepare(program(List.of(x), good), Map.of())).getMessage());
    assertThrows(IllegalArgumentException.class, () -> device.prepare(program(List.of(x), good), Map.of("x", device.allocate(DType.F32, 3))));
    var outside = new KernelCall(new Scale(1), List.of(new Operand(0, 1, DType.F32, 2)), List.of(in), false, "");
    assertThrows(IllegalArgumentException.class, () -> device.prepare(program(List.of(x), outside), bound));
    var beyond = new KernelCall(new Scale(1), List.of(new Operand(Operand.ARENA, 64, DType.F32, 1)), List.of(in), false, "");
    assertThrows(IllegalArgumentException.class, () -> device.prepare(program(List.of(x), beyond), bound));
    var sum = new KernelCall(new Concat(), List.of(in, in), List.of(in), true, "");
    assertThrows(UnsupportedKernel.class, () -> device.prepare(program(List.of(x), sum), bound));
    record Stranger(String name, String family) implements Kernel {}
    var unknown = new KernelCall(new Stranger("s", "f"), List.of(), List.of(), false, "");
    assertThrows(UnsupportedKernel.class, () -> device.prepare(program(List.of(), unknown), Map.of()));
    assertThrows(OutOfDeviceMemory.class, () -> device.allocate(DType.F32, 1L << 40));
  }

  @Test
  void resultsOverInputsThatMayNotBeOverwrittenAreRefused() {
    var x = new Program.Binding("x", DType.F32, 6);
    Map<String, Buffer> bound = Map.of("x", device.allocate(DType.F32, 6));
    Operand a = new Operand(0, 0, DType.F32, 3), shifted = new Operand(0, 1, DType.F32, 3), apart = new Operand(0, 3, DType.F32, 3);
    device.prepare(program(List.of(x), new KernelCall(new Add(), List.of(a, apart), List.of(a), false, "")), bound);
    for (var wrong : List.of(
        new KernelCall(new Add(), List.of(apart, a), List.of(a), false, ""),
        new KernelCall(new Add(), List.of(a, a), List.of(a), false, ""),
        new KernelCall(new Add(), List.of(a, apart), List.of(a), true, ""),
        new KernelCall(new Scale(2), List.of(a), List.of(shifted), false, ""))) {
      assertTrue(assertThrows(IllegalArgumentException.class, () -> device.prepare(program(List.of(x), wrong), bound)).getMessage().contains("lies over input"));
    }
  }

  @Test
  void idsAndTargetsOutOfRangeAreRefusedWithTheirPlace() {
    var g = new Graph();
    Axis time = Axis.of("time", 2), width = Axis.of("width", 3), vocabulary = Axis.of("vocabulary", 5);
    try (var _ = g.at("model.embed")) {
      g.assign(g.variable("y", DType.F32, time, width), g.embedding(g.variable("table", DType.F32, vocabulary, width), g.variable("ids", DType.I32, time)));
    }
    var r = g.record("embed");
    assertEquals("Program 'embed', model.embed: embedding: id 5 at position 1 is not in a table of 5 rows.",
        assertThrows(IllegalArgumentException.class, () -> ReferenceRun.once(r, Map.of("ids", new double[] {4, 5}))).getMessage());
    assertThrows(IllegalArgumentException.class, () -> ReferenceRun.once(r, Map.of("ids", new double[] {-1, 0})));
    var h = new Graph();
    h.assign(h.variable("nll", DType.F32, time), h.crossEntropy(h.variable("x", DType.F32, time, width), h.variable("w", DType.F32, vocabulary, width),
        h.variable("targets", DType.I32, time)));
    assertThrows(IllegalArgumentException.class, () -> ReferenceRun.once(h.record("loss"), Map.of("targets", new double[] {-2, 0})));
  }
}
