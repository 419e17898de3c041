package org.vulpes.graph.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vulpes.compute.DType;
import org.vulpes.graph.operations.Add;
import org.vulpes.slot.Random64;

class ArenaTest {

  @Test
  void blocksThatLiveAtTheSameTimeNeverOverlap() {
    long asked = 0, given = 0;
    for (long seed = 0; seed < 100; seed++) {
      Plan plan = randomPlan(Random64.of(seed, "plan"));
      long apart = Arena.sideBySide(plan);
      long bytes = Arena.reusing(plan);
      List<Block> blocks = plan.measureLives();
      for (Block a : blocks) {
        assertEquals(0, a.offset % 64);
        assertTrue(a.offset >= 0 && a.offset + a.bytes <= bytes);
        for (Block b : blocks) {
          if (a == b || a.last < b.first || b.last < a.first) continue;
          assertTrue(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset, "seed " + seed);
        }
      }
      assertTrue(bytes >= peak(plan, blocks) && bytes < apart);
      asked += peak(plan, blocks);
      given += bytes;
    }
    // Holes between blocks of unlike sizes cost something, but not much.
    assertTrue(given < 1.35 * asked, given + " for " + asked);
  }

  /** The most bytes that live at once: no plan can do with less. */
  private static long peak(Plan plan, List<Block> blocks) {
    long peak = 0;
    for (int i = 0; i < plan.steps.size(); i++) {
      long live = 0;
      for (Block b : blocks) if (b.first <= i && i <= b.last) live += (b.bytes + 63) / 64 * 64;
      peak = Math.max(peak, live);
    }
    return peak;
  }

  private static Plan randomPlan(Random64 random) {
    var plan = new Plan();
    var values = new ArrayList<Value>();
    values.add(plan.binding("x", DType.F32, 10));
    long c = 0;
    for (int i = 0; i < 60; i++) {
      int recent = Math.max(0, values.size() - 1 - (int) random.below(c++, 12));
      Value a = values.get(recent), b = values.getLast();
      Value z = plan.result(DType.F32, 1 + random.below(c++, 200));
      plan.step(new Add(), List.of(a, b), List.of(new int[] {1}, new int[] {1}), List.of(z), List.of(new int[] {1}), "");
      values.add(z);
    }
    return plan;
  }
}
