package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.compute.OutOfDeviceMemory;
import org.vulpes.compute.Program;
import org.vulpes.compute.UnsupportedKernel;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.slot.Options;

class JvmDeviceTest {
  private static final Operand X = new Operand(0, 0, DType.F32, 2, 2);
  private static final Operand Y = new Operand(1, 0, DType.F32, 2, 2);

  private static Operand arena(long offset) {
    return new Operand(Operand.ARENA, offset, DType.F32, 2, 2);
  }

  private static KernelCall product(Operand a, Operand b, Operand c) {
    return new KernelCall(new MatMul(false, false), List.of(a, b), List.of(c), false, "layer 3");
  }

  private static Program program(long arenaBytes, KernelCall... calls) {
    return new Program("test", List.of(new Program.Binding("x", DType.F32, 4), new Program.Binding("y", DType.F32, 4)), List.of(calls), arenaBytes);
  }

  /** y = x·x·x by way of the arena. */
  private static Program cube(long offset, long arenaBytes) {
    return program(arenaBytes, product(X, X, arena(offset)), product(arena(offset), X, Y));
  }

  private static Buffer floats(JvmDevice device, float... values) {
    Buffer b = device.allocate(DType.F32, values.length);
    b.write(0, values, 0, values.length);
    return b;
  }

  private static float[] values(Buffer b) {
    var v = new float[(int) b.length()];
    b.read(0, v, 0, v.length);
    return v;
  }

  @Test
  void tellsTheMostThatWasHeldAtOneTime() {
    try (var device = new JvmDevice(1, 0)) {
      device.allocate(DType.F32, 1000).close();
      Buffer small = device.allocate(DType.F32, 4);
      assertEquals(4032, device.peakBytes(), "4,000 bytes in whole lines of 64; what was given back counts no more");
      Buffer y = device.allocate(DType.F32, 4);
      device.prepare(cube(0, 8192), Map.of("x", small, "y", y)).run();
      assertTrue(device.peakBytes() >= 8192 + 2 * 64, () -> "the arena counts: " + device.peakBytes());
    }
  }

  @Test
  void programsPreparedEarlierFollowTheArenaWhenALargerOneMovesIt() {
    try (var device = new JvmDevice(1, 0)) {
      Buffer x = floats(device, 1, 2, 3, 4);
      Buffer y = device.allocate(DType.F32, 4);
      var bindings = Map.of("x", x, "y", y);
      var small = device.prepare(cube(0, 64), bindings);
      small.run();
      assertArrayEquals(new float[] {37, 54, 81, 118}, values(y));
      var large = device.prepare(cube(1 << 22, 1 << 23), bindings);
      y.clear();
      small.run();
      assertArrayEquals(new float[] {37, 54, 81, 118}, values(y));
      y.clear();
      large.run();
      assertArrayEquals(new float[] {37, 54, 81, 118}, values(y));
    }
  }

  @Test
  void refusesOperandsThatDoNotFitTheirMemory() {
    try (var device = new JvmDevice(1, 0)) {
      var bindings = Map.of("x", floats(device, 1, 2, 3, 4), "y", device.allocate(DType.F32, 4));
      refused(device, bindings, program(64, product(arena(4), X, Y)), "not aligned");
      refused(device, bindings, program(64, product(arena(64), X, Y)), "behind the arena");
      refused(device, bindings, program(64, product(arena(-64), X, Y)), "before its memory");
      refused(device, bindings, program(0, product(new Operand(0, 1, DType.F32, 2, 2), X, Y)), "behind its binding 'x'");
      refused(device, bindings, program(0, product(new Operand(2, 0, DType.F32, 2, 2), X, Y)), "binding that is not there");
      refused(device, bindings, program(0, product(new Operand(0, 0, DType.I32, 2, 2), X, Y)), "type F32");
      refused(device, bindings, program(0, product(new Operand(0, 0, DType.F32, 2, 0), X, Y)), "axis of size 0");
    }
  }

  private static void refused(JvmDevice device, Map<String, Buffer> bindings, Program program, String why) {
    var e = assertThrows(IllegalArgumentException.class, () -> device.prepare(program, bindings));
    assertTrue(e.getMessage().contains(why) && e.getMessage().contains("layer 3"), e.getMessage());
  }

  @Test
  void refusesBindingsThatDoNotFit() {
    try (var device = new JvmDevice(1, 0); var other = new JvmDevice(1, 0)) {
      var program = cube(0, 64);
      Buffer x = floats(device, 1, 2, 3, 4);
      Buffer closed = floats(device, 1, 2, 3, 4);
      closed.close();
      for (var bad : List.of(floats(device, 1), device.allocate(DType.I32, 4), floats(other, 1, 2, 3, 4), closed)) {
        var e = assertThrows(IllegalArgumentException.class, () -> device.prepare(program, Map.of("x", x, "y", bad)));
        assertTrue(e.getMessage().contains("binding 'y'"), e.getMessage());
      }
      assertThrows(IllegalArgumentException.class, () -> device.prepare(program, Map.of("x", x)));
    }
  }

  @Test
  void refusesBfloat16OperandsOfKernels() {
    try (var device = new JvmDevice(1, 0)) {
      var half = new Operand(0, 0, DType.BF16, 2, 2);
      var program = new Program("test", List.of(new Program.Binding("x", DType.BF16, 4), new Program.Binding("y", DType.F32, 4)),
          List.of(product(half, half, Y)), 0);
      var bindings = Map.of("x", device.allocate(DType.BF16, 4), "y", device.allocate(DType.F32, 4));
      var e = assertThrows(UnsupportedKernel.class, () -> device.prepare(program, bindings));
      assertTrue(e.getMessage().contains("BF16") && e.getMessage().contains("layer 3"), e.getMessage());
    }
  }

  @Test
  void bfloat16RoundsToNearestEven() {
    try (var device = new JvmDevice(1, 0); Buffer b = device.allocate(DType.BF16, 7)) {
      // 1 + 2^-8 lies halfway between 1 and 1 + 2^-7: even is 1. 1 + 3·2^-8 lies halfway too: even is 1 + 2^-6.
      float[] in = {1f, 1.00390625f, 1.01171875f, 1.0040f, -Float.MAX_VALUE, Float.NEGATIVE_INFINITY, Float.intBitsToFloat(0x7f800001)};
      b.write(0, in, 0, 7);
      float[] out = values(b);
      assertArrayEquals(new float[] {1f, 1f, 1.015625f, 1.0078125f, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN}, out);
    }
  }

  @Test
  void copiesCheckTheirBounds() {
    try (var device = new JvmDevice(1, 0); Buffer b = device.allocate(DType.F32, 4); Buffer ids = device.allocate(DType.I32, 4)) {
      assertArrayEquals(new float[4], values(b));
      b.write(1, new double[] {9, 0.1, 9}, 1, 1);
      assertArrayEquals(new float[] {0, 0.1f, 0, 0}, values(b));
      assertThrows(IndexOutOfBoundsException.class, () -> b.write(3, new float[2], 0, 2));
      assertThrows(IndexOutOfBoundsException.class, () -> b.write(-1, new float[2], 0, 1));
      assertThrows(IndexOutOfBoundsException.class, () -> b.read(0, new float[2], 1, 2));
      assertThrows(IllegalArgumentException.class, () -> b.write(0, new int[1], 0, 1));
      assertThrows(IllegalArgumentException.class, () -> ids.read(0, new float[1], 0, 1));
      ids.write(2, new int[] {7, -1}, 0, 2);
      var back = new int[4];
      ids.read(0, back, 0, 4);
      assertArrayEquals(new int[] {0, 0, 7, -1}, back);
    }
  }

  @Test
  void tellsSizesWhenMemoryIsMissing() {
    try (var device = new JvmDevice(1, 0)) {
      device.allocate(DType.F32, 1 << 20);
      for (long length : new long[] {1L << 44, Long.MAX_VALUE}) {
        var e = assertThrows(OutOfDeviceMemory.class, () -> device.allocate(DType.F32, length));
        assertTrue(e.getMessage().contains("4.0 MiB in use") && e.getMessage().contains(length + " F32"), e.getMessage());
      }
    }
  }

  @Test
  void whatIsClosedRefusesToWork() {
    var device = new JvmDevice(2, 0);
    Buffer x = floats(device, 1, 2, 3, 4);
    Buffer y = device.allocate(DType.F32, 4);
    var executable = device.prepare(cube(0, 64), Map.of("x", x, "y", y));
    y.close();
    y.close();
    assertThrows(IllegalStateException.class, () -> y.read(0, new float[1], 0, 1));
    assertTrue(assertThrows(IllegalStateException.class, executable::run).getMessage().contains("'y'"));
    executable.close();
    assertThrows(IllegalStateException.class, executable::run);
    device.close();
    device.close();
    assertThrows(IllegalStateException.class, () -> x.read(0, new float[1], 0, 1));
    assertThrows(IllegalStateException.class, () -> device.allocate(DType.F32, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void everyPieceOfEveryPhaseRunsOnceAndInOrder(int threads) {
    // No spinning: every wait goes through park and unpark.
    for (long spin : new long[] {0, 50_000}) {
      try (var crew = new Crew(threads, spin)) {
        var phases = new Work[40];
        var done = new java.util.concurrent.atomic.AtomicIntegerArray(phases.length);
        for (int i = 0; i < phases.length; i++) {
          int phase = i;
          phases[i] = work(phase % 7, () -> {
            if (phase > 0 && done.get(phase - 1) % ((phase - 1) % 7 == 0 ? 1 : (phase - 1) % 7) != 0) throw new AssertionError("phase " + phase + " began early");
            done.incrementAndGet(phase);
          });
        }
        for (int run = 1; run <= 50; run++) {
          crew.run(phases, new long[threads]);
          for (int i = 0; i < phases.length; i++) assertEquals(run * (i % 7), done.get(i));
        }
      }
    }
  }

  private static Work work(int pieces, Runnable body) {
    return new Work() {
      @Override
      public int pieces() {
        return pieces;
      }

      @Override
      public void run(int piece, long scratch) {
        body.run();
      }
    };
  }

  @Test
  void anExceptionInAWorkerReachesTheCallerAndLeavesTheCrewUsable() {
    try (var crew = new Crew(3, 50_000)) {
      var workers = new java.util.concurrent.CountDownLatch(1);
      Thread caller = Thread.currentThread();
      Work failing = work(3, () -> {
        if (Thread.currentThread() == caller) {
          try {
            workers.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return;
        }
        workers.countDown();
        throw new IndexOutOfBoundsException("token 7");
      });
      var e = assertThrows(IndexOutOfBoundsException.class, () -> crew.run(new Work[] {failing, failing}, new long[3]));
      assertEquals("token 7", e.getMessage());
      var count = new java.util.concurrent.atomic.AtomicInteger();
      crew.run(new Work[] {work(10, count::incrementAndGet)}, new long[3]);
      assertEquals(10, count.get());
    }
  }

  @Test
  void thePluginOpensADeviceWithItsDefaults() {
    var provider = new JvmDevicePlugin().create(Options.of("spin-microseconds = 50"));
    assertTrue(provider.refusal().isEmpty());
    try (var device = provider.open(2)) {
      assertEquals("jvm", device.info().id());
      assertEquals(2, device.info().threads());
      assertEquals(Memory.SPECIES.vectorBitSize(), device.info().vectorBits());
    }
    assertThrows(IllegalArgumentException.class, () -> provider.open(-1));
  }
}
