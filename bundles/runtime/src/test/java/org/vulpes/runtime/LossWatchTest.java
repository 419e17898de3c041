package org.vulpes.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.vulpes.slot.PlannedSwap.Condition;

class LossWatchTest {
  private static int metAt(LossWatch watch, double... losses) {
    for (int i = 0; i < losses.length; i++) {
      watch.stepped(losses[i]);
      if (watch.met()) return i + 1;
    }
    return -1;
  }

  @Test
  void lossIsBelowOnceTheMeanOfAWholeWindowIs() {
    assertEquals(4, metAt(new LossWatch(new Condition(2, 0, 0, 2)), 5, 2, 2.5, 1.4));
    assertEquals(-1, metAt(new LossWatch(new Condition(2, 0, 0, 3)), 1, 1), "no whole window yet");
    assertEquals(-1, metAt(new LossWatch(new Condition(2, 0, 0, 1)), 2, 2, 2), "equal is not below");
  }

  @Test
  void plateauIsPatienceStepsWithoutAFallOfMinDelta() {
    // Lowest 3 at step 2; 2.95 does not fall by 0.1, 2.8 does and begins anew.
    assertEquals(8, metAt(new LossWatch(new Condition(Double.NaN, 3, 0.1, 1)), 4, 3, 2.95, 2.95, 2.8, 2.8, 3, 2.75));
    assertEquals(4, metAt(new LossWatch(new Condition(Double.NaN, 3, 0, 1)), 1, 1, 1, 1), "an equal loss is no fall");
    assertEquals(-1, metAt(new LossWatch(new Condition(Double.NaN, 2, 0, 1)), 5, 4, 3, 2, 1));
  }

  @Property(tries = 200)
  void resumedWatchDecidesAsOneThatNeverStopped(@ForAll @Size(min = 1, max = 40) List<@DoubleRange(min = 0.5, max = 5) Double> losses, @ForAll @IntRange(min = 0, max = 40) int stop,
      @ForAll @IntRange(min = 1, max = 5) int window, @ForAll @IntRange(min = 0, max = 6) int patience) {
    var when = new Condition(patience == 0 ? 2 : Double.NaN, patience, 0.2, window);
    var whole = new LossWatch(when);
    var part = new LossWatch(when);
    for (int i = 0; i < losses.size(); i++) {
      if (i == stop) {
        var next = new LossWatch(when);
        next.restore(part.save());
        part = next;
      }
      whole.stepped(losses.get(i));
      part.stepped(losses.get(i));
      assertEquals(whole.met(), part.met());
    }
    assertFalse(new LossWatch(when).met(), "nothing is met before the first step");
  }
}
