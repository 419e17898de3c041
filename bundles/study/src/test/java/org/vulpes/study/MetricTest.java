package org.vulpes.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.slot.InvalidInput;
import org.vulpes.study.statistics.Verdict;

/** Studies that decide by a number of an evaluation. */
class MetricTest {
  private static final String STUDY = """
      evaluations.probe { use = norm%s }
      study { baseline = slow, arms { slow { optimizer.adamw.lr = 1e-9 }, fast { optimizer.adamw.lr = 1e-2%s } }, smallest-effect = 1e-6, alpha = 0.4, %s }
      """;
  private final Laboratory laboratory = new Laboratory();
  @TempDir Path folder;

  private Study study(String name, String evaluation, String arm, String metric) {
    return laboratory.study(folder, name, STUDY.formatted(evaluation, arm, metric));
  }

  private List<JsonNode> measured(StudyResult result, String arm, long seed) throws IOException {
    var out = new java.util.ArrayList<JsonNode>();
    for (String line : Files.readAllLines(result.trialFolder(arm, seed).resolve("metrics.jsonl"))) {
      JsonNode n = new ObjectMapper().readTree(line);
      if (n.has("evaluations")) out.add(n);
    }
    return out;
  }

  @Test
  void verdictsAreOnTheNumberThatIsNamed() throws IOException {
    var result = study("size", "", "", "metric = probe.size, better = higher").run(laboratory.swaps, () -> false, "");
    double sum = 0;
    for (long seed : List.of(1L, 2L)) {
      List<JsonNode> slow = measured(result, "slow", seed), fast = measured(result, "fast", seed);
      assertEquals(0, slow.getFirst().path("step").asLong(), "the model as it begins");
      assertEquals(slow.getFirst().at("/evaluations/probe/size").asDouble(), slow.getLast().at("/evaluations/probe/size").asDouble(), 1e-4, "hardly trained");
      double difference = fast.getLast().at("/evaluations/probe/size").asDouble() - slow.getLast().at("/evaluations/probe/size").asDouble();
      assertTrue(Math.abs(difference) > 1e-4);
      sum += difference;
    }
    Verdict v = result.verdicts().getFirst();
    assertEquals(sum / 2, v.meanDifference(), 1e-12);
    // Judged again out of the files.
    assertEquals(v, Study.result(result.folder(), "").verdicts().getFirst());
    // The same with the sign turned round, of which less is better, says the same.
    var turned = study("turned", ", norm.times = -1", "", "metric = probe.size, better = lower").run(laboratory.swaps, () -> false, "").verdicts().getFirst();
    assertEquals(v.kind(), turned.kind());
    assertEquals(v.meanDifference(), -turned.meanDifference(), 1e-12);
  }

  @Test
  void whatCannotBeComparedIsRefusedBeforeAnythingTrains() {
    for (String[] wrong : new String[][] {
        {"", "", "metric = accuracy", "study.metric = accuracy is neither bits-per-byte nor EVALUATION.METRIC"},
        {"", "", "metric = probe.size", "study.better is missing; say whether higher or lower is better of probe.size"},
        {"", "", "metric = probe.sise, better = higher", "study.metric = probe.sise is not measured by the runs of 'slow', which measure probe.one, probe.size; did you mean 'probe.size'?"},
        {"", "", "metric = bits-per-byte, better = higher", "study.better = higher, but of bits per byte fewer are better"},
        {"", ", evaluations.probe.norm.times = 2", "metric = probe.size, better = higher", "measures 'fast' otherwise than the baseline 'slow'"}}) {
      var e = assertThrows(InvalidInput.class, () -> study("wrong", wrong[0], wrong[1], wrong[2]));
      assertTrue(e.getMessage().contains(wrong[3]), e.getMessage());
    }
  }
}
