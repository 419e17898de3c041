package org.vulpes.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterventionTest {
  private static final Config BASE = ConfigFactory.parseString("""
      model { width = 16, depth.use = uniform, attention { use = gqa, gqa { heads = 2, sub { a = 1 } }, other { heads = 2 } } }
      optimizer { use = adamw, adamw.lr = 1e-3, lion.lr = 1e-4 }
      training { tokens = 1000, threads = 0, evaluations = 2, checkpoint-every = 100, keep-checkpoints = 2 }
      swapping.deadline-seconds = 30, storage.cache = null, swaps = []
      """);

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      optimizer.lion.lr = 1                | true
      model.attention.other.heads = 4      | true
      training.checkpoint-every = 7        | true
      training.evaluations = 7             | true
      swapping.deadline-seconds = 5        | true
      optimizer.adamw.lr = 2e-3            | false
      optimizer.use = lion                 | false
      model.attention.gqa.sub.a = 2        | false
      model.width = 32                     | false
      training.tokens = 2000               | false
      """)
  void optionsOfPluginsThatNoSlotUsesChangeNothing(String change, boolean same) {
    assertEquals(same, Intervention.same(ConfigFactory.parseString(change).withFallback(BASE), BASE));
  }

  @Test
  void aSwapOrAnotherDepthMayUseAnyPlugin() {
    for (String may : new String[] {"swaps = [{ at = 40%, slot = optimizer, use = lion }]", "model.depth.use = per-layer"}) {
      Config base = ConfigFactory.parseString(may).withFallback(BASE);
      assertFalse(Intervention.same(ConfigFactory.parseString("optimizer.lion.lr = 1").withFallback(base), base), may);
    }
  }

  @Test
  void aTrialCountsOnceItWasMeasuredOnValidationText(@TempDir Path folder) throws IOException {
    assertFalse(Trials.measured(folder.resolve("trials")));
    Path metrics = Files.createDirectories(folder.resolve("trials/one-s1")).resolve("metrics.jsonl");
    Files.writeString(metrics, "{\"loss\":5.9,\"step\":1,\"tokens\":128}\n");
    assertFalse(Trials.measured(folder.resolve("trials")));
    Files.writeString(metrics, "{\"loss\":5.9,\"step\":1,\"tokens\":128}\n{\"bits-per-byte\":4.2,\"step\":1,\"tokens\":128}\n");
    assertTrue(Trials.measured(folder.resolve("trials")));
  }
}
