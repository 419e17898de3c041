package org.vulpes.kernels.opencl.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.compute.Memory;
import org.vulpes.graph.reference.ReferenceDevice;

/** A whole training step in panels, with everything joined that may be, against the float64 interpreter. */
class StepTest {
  /** Widths that fill panels, heads of 16 and an odd vocabulary; widths that do not, with heads of 10; and so many tokens of a vocabulary that the head works on them in two chunks. */
  private static Llama shape(String which) {
    return switch (which) {
      case "panels" -> new Llama(2, 64, 4, 2, 96, 301, 37, 3);
      case "any" -> new Llama(2, 40, 4, 2, 56, 90, 21, 2);
      default -> new Llama(1, 32, 2, 1, 64, 4101, 70, 4);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"panels", "any", "chunks"})
  void gradientsAndUpdatesAgreeWithTheReference(String which) {
    try (var cpu = Cpu.open(); var reference = new ReferenceDevice(); var ours = new Llama.Step(cpu, shape(which)); var expected = new Llama.Step(reference, shape(which))) {
      assertEquals(expected.run(1), ours.run(1), 1e-6);
      // Gradients, moments and parameters after the update.
      for (String name : new TreeMap<>(expected.buffers).keySet()) {
        if (name.equals("ids") || name.equals("targets") || name.equals("first")) continue;
        double[] x = ours.read(name), y = expected.read(name);
        double difference = 0, size = 1e-30;
        for (int i = 0; i < x.length; i++) {
          difference += (x[i] - y[i]) * (x[i] - y[i]);
          size += y[i] * y[i];
        }
        double error = Math.sqrt(difference / size), expectedSize = size;
        assertTrue(expectedSize > 1e-20, () -> name + " says nothing: it is zero");
        // A first update divides a gradient by its size, whatever that is: near zero it has no digits.
        double most = name.startsWith("sum.") ? 5e-6 : 1e-4;
        assertTrue(error < most, () -> name + ": " + error);
      }
      for (int i = 2; i <= 4; i++) assertEquals(expected.run(i), ours.run(i), 1e-4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"panels", "any"})
  void takesTheMemoryThatWasToldBefore(String which) {
    try (var cpu = Cpu.open()) {
      var program = shape(which).accumulate().program();
      Memory told = cpu.needs(program, List.of());
      assertEquals(0, cpu.peakBytes());
      try (var step = new Llama.Step(cpu, shape(which))) {
        long bindings = step.buffers.values().stream().mapToLong(b -> b.length() * b.type().bytes()).sum();
        assertTrue(cpu.peakBytes() <= bindings + told.bytes(), () -> told + " and " + bindings + ", but " + cpu.peakBytes());
        // Weights lie in rows at first, and the first step lays them out.
        step.run(1);
        assertEquals(bindings + told.bytes(), cpu.peakBytes());
        assertTrue(told.largest() < told.bytes() && told.largest() >= program.arenaBytes() / 2, told::toString);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"panels", "any"})
  void repeatsItselfBitForBit(String which) {
    double[][] seen = new double[2][];
    for (int i = 0; i < 2; i++) {
      try (var cpu = Cpu.open(); var step = new Llama.Step(cpu, shape(which))) {
        for (int s = 1; s <= 3; s++) step.run(s);
        seen[i] = step.read("embedding");
      }
    }
    assertArrayEquals(seen[0], seen[1]);
  }
}
