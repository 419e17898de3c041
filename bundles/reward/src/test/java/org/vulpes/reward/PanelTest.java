package org.vulpes.reward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.vulpes.slot.InvalidInput;

class PanelTest {
  private static final List<Sample> THREE = List.of(sample("a"), sample("b"), sample("c"));

  private static Sample sample(String text) {
    return new Sample(Problem.of("p", "a"), text, 1, true, 4);
  }

  private static Panel panel(Reward... rewards) {
    return within(600, rewards);
  }

  private static Panel within(double deadline, Reward... rewards) {
    var judges = new java.util.ArrayList<Panel.Judge>();
    for (Reward r : rewards) judges.add(new Panel.Judge("r" + judges.size(), judges.size() + 1, r));
    return new Panel(judges, deadline);
  }

  @Test
  void totalsAreWeightedSums() {
    var v = panel(Reward.each(s -> s.text().equals("a") ? 1 : 0), Reward.each(s -> 0.5)).score(THREE);
    assertArrayEquals(new double[] {2, 1, 1}, v.totals());
    assertArrayEquals(new double[] {1, 0, 0}, v.parts().get("r0"));
    assertEquals(Map.of(), v.contained());
  }

  @Test
  void aRewardThatThrowsForOneSampleSpoilsThatOneAlone() {
    var v = panel(Reward.each(s -> {
      if (s.text().equals("b")) throw new IllegalStateException("b");
      return 1;
    })).score(THREE);
    assertArrayEquals(new double[] {1, Double.NaN, 1}, v.totals());
    assertEquals(Map.of("r0 throws IllegalStateException", 1), v.contained());
  }

  @Test
  void errorsOfTheMachineAndWrongLengthsAreContainedToo() {
    var v = panel(Reward.each(s -> {
      throw new StackOverflowError();
    })).score(THREE);
    assertEquals(Map.of("r0 throws StackOverflowError", 3), v.contained());
    assertEquals(Map.of("r0 gives nothing for 1", 3), panel(s -> null).score(THREE).contained());
    // Too many for three samples, right for each alone.
    assertArrayEquals(new double[] {7, 7, 7}, panel(s -> s.size() == 1 ? new double[] {7} : new double[9]).score(THREE).totals());
  }

  @Test
  void whatIsNoNumberIsContained() {
    var v = panel(s -> new double[] {1, Double.NaN, Double.POSITIVE_INFINITY}).score(THREE);
    assertArrayEquals(new double[] {1, Double.NaN, Double.NaN}, v.totals());
    assertEquals(Map.of("r0 gives NaN", 1, "r0 gives an infinite number", 1), v.contained());
  }

  @Test
  void aRewardThatHangsLosesItsBatchAndTheThirdTimeTheRun() {
    var never = new CountDownLatch(1);
    var panel = within(0.05, s -> {
      try {
        never.await();
      } catch (InterruptedException e) {
        // Interrupted by the panel: the thread ends.
      }
      return new double[s.size()];
    });
    assertTrue(Double.isNaN(panel.score(THREE).totals()[2]));
    assertEquals(Map.of("r0 hangs", 3), panel.score(THREE).contained());
    assertTrue(assertThrows(InvalidInput.class, () -> panel.score(THREE)).getMessage().contains("took longer than 0.05 s 3 times"));
  }
}
