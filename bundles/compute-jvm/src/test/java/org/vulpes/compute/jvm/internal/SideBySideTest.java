package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vulpes.compute.DType;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.graph.operations.Add;

class SideBySideTest {
  private static final Operand EIGHT = new Operand(Operand.ARENA, 0, DType.F32, 8);

  /** c = a + b of eight floats at these places, each place 32 bytes. */
  private static Call call(long a, long b, long c) {
    return new Call(new KernelCall(new Add(), List.of(EIGHT, EIGHT), List.of(EIGHT), false, ""), new long[] {32 * a, 32 * b}, new long[] {32 * c}, x -> 0, x -> 0, 2);
  }

  private static SideBySide with(Call... calls) {
    var out = new SideBySide(2);
    for (Call c : calls) out.add(c, new Work[0]);
    return out;
  }

  @Test
  void takesWhatDoesNotDependOnTheOthers() {
    var beside = with(call(1, 2, 3), call(1, 4, 5));
    assertTrue(beside.takes(call(1, 2, 6)), "the same operands may be read");
    assertFalse(beside.takes(call(3, 2, 6)), "reads what another writes");
    assertFalse(beside.takes(call(1, 2, 5)), "writes what another writes");
    assertFalse(beside.takes(call(1, 2, 4)), "writes what another reads");
    assertTrue(with(call(1, 2, 1)).takes(call(3, 4, 3)), "each in place");
    var half = new Call(call(0, 0, 0).source(), new long[] {32, 64}, new long[] {3 * 32 + 28}, x -> 0, x -> 0, 2);
    assertFalse(beside.takes(half), "overlaps by one float");
  }

  private static Work phase(String name, int pieces, long scratch, List<String> done) {
    return new Work() {
      @Override
      public int pieces() {
        return pieces;
      }

      @Override
      public long scratchBytes() {
        return scratch;
      }

      @Override
      public void run(int piece, long s) {
        done.add(name + piece);
      }
    };
  }

  @Test
  void firstPhasesRunAsOneThenTheSecond() {
    var done = Collections.synchronizedList(new ArrayList<String>());
    var beside = new SideBySide(2);
    beside.add(call(1, 2, 3), new Work[] {phase("a", 3, 64, done), phase("b", 1, 0, done)});
    beside.add(call(1, 2, 4), new Work[] {phase("c", 2, 128, done)});
    List<Work> phases = beside.phases();
    assertEquals(List.of(5, 1), phases.stream().map(Work::pieces).toList());
    assertEquals(128, phases.getFirst().scratchBytes());
    for (int p = 0; p < 5; p++) phases.getFirst().run(p, 0);
    // The first thread's share of each, then the second's.
    assertEquals(List.of("a0", "a1", "c0", "a2", "c1"), done);
    assertEquals(List.of(), new SideBySide(2).phases());
  }
}
