package org.vulpes.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.compute.DeviceLost;
import org.vulpes.evaluation.Evaluation;
import org.vulpes.evaluation.ItemResult;
import org.vulpes.evaluation.Subject;
import org.vulpes.slot.Plugin;

/** The device is lost in one trial of a study, half-way: it would be in the others too, so the study ends there, and the same command goes on. */
class LostDeviceTest {
  private static final String STUDY = """
      study { baseline = a, arms { a {}, b { model.width = 32 } }, side-by-side = 1 }
      evaluations { there { use = there, there {} } }
      """;

  @TempDir Path folder;
  private final Laboratory laboratory = new Laboratory();
  private int left = Integer.MAX_VALUE;

  private Study study(String name) {
    laboratory.plugin("evaluation/there", (Plugin<Evaluation>) options -> new Evaluation() {
      @Override
      public SortedSet<String> metrics() {
        return new TreeSet<>(List.of("one"));
      }

      @Override
      public List<ItemResult> measure(Subject subject) {
        if (left-- == 0) throw new DeviceLost("opencl:0 does not work any more.", null);
        return List.of(new ItemResult("there", "1", "1", "", new TreeMap<>(Map.of("one", 1.0)), Map.of("texts", List.of(""))));
      }
    });
    return laboratory.study(folder, name, STUDY);
  }

  @Test
  void trialsThatEndedStayAndNoneCountsAsFailed() {
    var plain = study("plain").run(laboratory.swaps, () -> false, "test");
    // Every trial measures before its first step, half-way, and at its end; the third trial is a at the second seed.
    left = 7;
    var e = assertThrows(DeviceLost.class, () -> study("lost").run(laboratory.swaps, () -> false, "test"));
    assertEquals("a, seed 2: opencl:0 does not work any more.", e.getMessage());
    var told = Study.result(folder.resolve("lost"), "test");
    assertEquals(2, told.missing());
    assertEquals(List.of("finished", "finished"), told.trials().stream().map(TrialResult::status).toList());
    assertTrue(Files.notExists(folder.resolve("lost/trials/a-s2/error.txt")));
    var again = study("lost").run(laboratory.swaps, () -> false, "test");
    for (TrialResult t : plain.trials()) assertEquals(t.bitsPerByte(), again.trial(t.arm(), t.seed()).orElseThrow().bitsPerByte());
    assertEquals(plain.verdicts().toString(), again.verdicts().toString());
  }
}
