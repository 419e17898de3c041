package org.vulpes.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.vulpes.evaluation.ItemResult;
import org.vulpes.evaluation.TaskScores;

class EvalIntervalTest {
  private static List<ItemResult> items(int right, int all, int perCluster) {
    var out = new ArrayList<ItemResult>();
    for (int i = 0; i < all; i++) out.add(new ItemResult("t", "" + i, "" + i / perCluster, "", new TreeMap<>(Map.of("acc", i < right ? 1.0 : 0.0)), Map.of()));
    return out;
  }

  @Test
  void aShareOfIndependentItemsHasWilsonsIntervalWhichDoesNotCollapseAtTheEnds() {
    // R: prop.test(0, 10, correct = FALSE)$conf.int and prop.test(6, 30, correct = FALSE)$conf.int
    var none = items(0, 10, 1);
    assertEquals(0.2775327998628892, EvalCommand.interval("acc", TaskScores.of(none).get("acc"), none).high(), 1e-12);
    var some = items(6, 30, 1);
    assertEquals(0.0950510717728988, EvalCommand.interval("acc", TaskScores.of(some).get("acc"), some).low(), 1e-12);
  }

  @Test
  void itemsThatShareAPassageWidenTheInterval() {
    var passages = items(6, 30, 6);
    var score = TaskScores.of(passages).get("acc");
    var interval = EvalCommand.interval("acc", score, passages);
    // One of five passages right: t with four degrees of freedom (R: qt(.975, 4)) times the error over passages.
    assertEquals(2.776445105198, (interval.high() - score.mean()) / score.standardError(), 1e-9);
    assertFalse(EvalCommand.interval("acc", TaskScores.of(items(1, 4, 4)).get("acc"), items(1, 4, 4)).isDefined());
  }
}
