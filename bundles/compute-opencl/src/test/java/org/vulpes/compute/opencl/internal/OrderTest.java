package org.vulpes.compute.opencl.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.vulpes.compute.opencl.internal.Order.Access;
import org.vulpes.compute.opencl.internal.Order.Form;
import org.vulpes.compute.opencl.internal.Order.Work;

/** Who waits for whom, against the definition: any two launches of which one writes what the other touches keep their order, and so do two of one kernel at different widths. */
class OrderTest {
  @Provide
  Arbitrary<List<Work>> launches() {
    Arbitrary<Access> access = Combinators.combine(Arbitraries.longs().between(1, 2), Arbitraries.longs().between(0, 12), Arbitraries.longs().between(1, 6), Arbitraries.of(true, false, false))
        .as((memory, from, length, write) -> new Access(memory, from, from + length, write));
    Arbitrary<Form> form = Combinators.combine(Arbitraries.of("sum", "product"), Arbitraries.longs().between(1, 3)).as(Form::new).injectNull(0.3);
    return Combinators.combine(access.list().ofMinSize(1).ofMaxSize(4), form).as(Work::new).list().ofMaxSize(14);
  }

  @Property
  void whoMeetsWaitsAndNobodyElse(@ForAll("launches") List<Work> launches) {
    List<int[]> order = Order.of(launches, new BitSet());
    var reached = new ArrayList<BitSet>();
    for (int i = 0; i < launches.size(); i++) {
      var there = new BitSet();
      for (int d : order.get(i)) {
        there.set(d);
        there.or(reached.get(d));
      }
      reached.add(there);
    }
    assertEquals(meetings(launches), reached);
  }

  /** The pairs that meet, and what follows from them: the definition, bytes by bytes. */
  private static List<BitSet> meetings(List<Work> launches) {
    var out = new ArrayList<BitSet>();
    for (int i = 0; i < launches.size(); i++) {
      var before = new BitSet();
      for (int j = 0; j < i; j++) {
        if (!meet(launches.get(i), launches.get(j))) continue;
        before.set(j);
        before.or(out.get(j));
      }
      out.add(before);
    }
    return out;
  }

  private static boolean meet(Work some, Work other) {
    if (some.form() != null && other.form() != null && some.form().kernel().equals(other.form().kernel()) && some.form().width() != other.form().width()) return true;
    for (Access a : some.accesses()) {
      for (Access b : other.accesses()) {
        if (a.memory() != b.memory() || !a.write() && !b.write()) continue;
        for (long at = a.from(); at < a.to(); at++) if (at >= b.from() && at < b.to()) return true;
      }
    }
    return false;
  }

  @Property
  void nobodyWaitsForWhatOthersOfHisWaitFor(@ForAll("launches") List<Work> launches) {
    List<int[]> order = Order.of(launches, new BitSet());
    for (int[] waits : order) for (int a : waits) for (int b : waits) if (a != b) assertFalse(waitsFor(order, a, b), a + " waits for " + b);
  }

  private static boolean waitsFor(List<int[]> order, int launch, int other) {
    for (int d : order.get(launch)) if (d == other || waitsFor(order, d, other)) return true;
    return false;
  }

  @Test
  void readersOfOneValueRunSideBySideAndItsNextWriterWaitsForBoth() {
    var write = new Work(List.of(new Access(1, 0, 64, true)), null);
    var read = new Work(List.of(new Access(1, 0, 32, false)), null);
    List<int[]> order = Order.of(List.of(write, read, read, write), new BitSet());
    assertArrayEquals(new int[] {}, order.get(0));
    assertArrayEquals(new int[] {0}, order.get(1));
    assertArrayEquals(new int[] {0}, order.get(2));
    assertArrayEquals(new int[] {1, 2}, order.get(3));
  }

  /** Whichever are left out, of any two others that meet the later one waits for the earlier, by way of those that run. */
  @Property
  void nobodyIsWaitedForByWayOfOneThatIsLeftOut(@ForAll("launches") List<Work> launches, @ForAll long left) {
    BitSet leftOut = BitSet.valueOf(new long[] {left});
    List<int[]> order = Order.of(launches, leftOut);
    for (int i = 0; i < launches.size(); i++) {
      for (int d : order.get(i)) assertFalse(leftOut.get(i) || leftOut.get(d), i + " waits for " + d);
      for (int j = 0; j < i; j++) {
        if (!leftOut.get(i) && !leftOut.get(j) && meet(launches.get(i), launches.get(j))) assertTrue(waitsFor(order, i, j), i + " does not wait for " + j);
      }
    }
  }

  /** Another order of the same launches, in which whatever meets comes as it came before. */
  @Property
  void byWidthNobodyPassesWhomHeMeets(@ForAll("launches") List<Work> launches) {
    List<Integer> order = Order.byWidth(launches);
    assertEquals(IntStream.range(0, launches.size()).boxed().toList(), order.stream().sorted().toList());
    for (int i = 0; i < launches.size(); i++) {
      for (int j = 0; j < i; j++) {
        var apart = new Work(launches.get(j).accesses(), null);
        if (meet(launches.get(i), apart)) assertTrue(order.indexOf(j) < order.indexOf(i), j + " before " + i + " in " + order);
      }
    }
  }

  @Test
  void neighboursOfOneKernelComeWidestFirst() {
    // Each writes memory of its own, but the last, which reads what the one before it wrote.
    var works = new ArrayList<Work>();
    long[] widths = {1, 11, 4, 11, 4, 64};
    for (int i = 0; i < widths.length; i++) works.add(new Work(List.of(new Access(i, 0, 8, true), new Access(i == 5 ? 4 : 9, 0, 8, false)), new Form("adamw", widths[i])));
    works.add(new Work(List.of(new Access(20, 0, 8, true)), new Form("add", 100)));
    assertEquals(List.of(1, 3, 2, 4, 0, 5, 6), Order.byWidth(works));
  }

  @Test
  void aCopyIsNeededByItsFirstReaderOrByWhoChangesItsSource() {
    var copy = List.of(new Work(List.of(new Access(1, 0, 8, false), new Access(2, 0, 8, true)), null));
    var other = new Work(List.of(new Access(1, 0, 8, false), new Access(3, 0, 8, true)), null);
    var reader = new Work(List.of(new Access(2, 0, 8, false), new Access(4, 0, 8, true)), null);
    var writer = new Work(List.of(new Access(1, 4, 8, true)), null);
    assertEquals(2, Order.needed(copy, List.of(other, other, reader, writer)));
    assertEquals(1, Order.needed(copy, List.of(other, writer, reader)));
    assertEquals(1, Order.needed(copy, List.of(other)));
  }
}
