package org.vulpes.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Looks, pilot, tuning, A/A and registration of studies through the real distribution, on models that train in a moment. */
class StudyDesignIT {
  @TempDir static Path shared;
  @TempDir Path folder;
  private static Path file;

  @BeforeAll
  static void study() throws IOException {
    file = shared.resolve("small.conf");
    Files.writeString(file, """
        model { width = 16, layers = 1, attention.gqa { heads = 2, kv-heads = 1 }, feedforward.gated.width = 32 }
        study { question = "Does it matter?", baseline = one, seeds = 2, arms { one {}, two { model.attention.gqa.kv-heads = 2 } }, sample-tokens = 0 }
        tokenizer { use = bpe, bpe.vocabulary = 400, sample-bytes = 100000 }
        corpus { max-bytes = 60000, validation-bytes = 4000, packages.domains = [dictionary, speech] }
        curriculum { use = flat, flat { sequence-length = 32, batch-tokens = 128 } }
        optimizer.adamw.lr = 6e-3
        training { tokens = 3000, evaluations = 2, evaluation-length = 32 }
        """);
  }

  private Distribution.Result vulpes(String verb, String... settings) throws Exception {
    var line = new ArrayList<String>(List.of(verb, file.toString()));
    for (String s : settings) line.addAll(List.of("--set", s));
    line.addAll(List.of("--set", "storage.runs=\"" + folder + "\"", "--set", "storage.cache=\"" + shared.resolve("cache") + "\""));
    return Served.run(line.toArray(String[]::new));
  }

  private Path in(String name) {
    return folder.resolve("small").resolve(name);
  }

  private byte[] weights(String trial) throws IOException {
    try (var all = Files.walk(in("trials").resolve(trial))) {
      return Files.readAllBytes(all.filter(p -> p.endsWith("model.safetensors")).max(Path::compareTo).orElseThrow());
    }
  }

  private static long trained(Distribution.Result r) {
    return r.err().lines().filter(l -> l.endsWith(": begins")).count();
  }

  @Test
  void equalArmsWithSharedSeedsAreEqualBitForBit() throws Exception {
    var e = vulpes("run", "study.arms.two.model.attention.gqa.kv-heads=1", "study.aa=true");
    assertEquals(0, e.code(), e::err);
    assertTrue(e.out().lines().anyMatch(l -> l.startsWith("two ") && l.contains("identical")), e::out);
    for (int seed = 1; seed <= 2; seed++) assertArrayEquals(weights("one-s" + seed), weights("two-s" + seed));
  }

  @Test
  void equalArmsWithSeedsOfTheirOwnDiffer() throws Exception {
    var e = vulpes("run", "study.arms.two.model.attention.gqa.kv-heads=1", "study.aa=true", "study.share=off");
    assertEquals(0, e.code(), e::err);
    assertFalse(e.out().contains("identical"), e::out);
    assertTrue(e.out().contains("seeds of its own") && e.out().contains("same on purpose"), e::out);
  }

  @Test
  void everyArmIsTunedByAsManyTrialsAndKeepsItsChoice() throws Exception {
    String[] tune = {"study.tune.optimizer.adamw.lr=[2e-2, 1e-5]", "study.tune-tokens=1500"};
    var e = vulpes("run", tune);
    assertEquals(0, e.code(), e::err);
    assertEquals(8, trained(e), "two settings and two seeds of two arms");
    assertEquals(4, Files.readAllLines(in("tuning.jsonl")).size());
    assertTrue(e.out().contains("2 settings of optimizer.adamw.lr × 2 arms × 1 seed: 4 trials, 6,000 tokens"), e::out);
    for (String arm : List.of("one", "two")) {
      assertTrue(e.out().contains("Tuned " + arm + ": optimizer.adamw.lr = 0.02 was best of 2; that is the edge of the grid (optimizer.adamw.lr [1e-5, 0.02])"), e::out);
      assertTrue(Files.readString(in("trials").resolve(arm + "-s1/config.conf")).contains("0.02"), "the choice is used");
    }
    var again = vulpes("run", tune);
    assertEquals(0, trained(again), again::err);
    assertEquals(e.out().lines().filter(l -> l.startsWith("two ")).toList(), again.out().lines().filter(l -> l.startsWith("two ")).toList());
    assertFalse(again.out().contains("Exploratory"), again::out);
    var other = vulpes("run", "study.tune.optimizer.adamw.lr=[2e-2, 1e-5, 1e-4]", "study.tune-tokens=1500");
    assertTrue(other.out().contains("Exploratory") && other.out().contains("study.tune was"), other::out);
  }

  @Test
  void seedsAddedAfterAVerdictAreExploratoryAlsoLater() throws Exception {
    assertEquals(0, vulpes("run").code());
    var more = vulpes("run", "study.seeds=4");
    assertTrue(more.out().replaceAll("\\s+", " ").contains("The first 2 seeds were a look that was not declared: 2 were added after it."), more::out);
    for (String verb : List.of("status", "report")) {
      var later = Served.run(verb, folder.resolve("small").toString());
      assertTrue(later.out().contains("Exploratory: The plan was changed"), later::out);
    }
    var delta = vulpes("run", "study.seeds=4", "study.smallest-effect=0.5");
    assertTrue(delta.out().replaceAll("\\s+", " ").contains("study.smallest-effect was \"0.01\" and is \"0.5\"."), delta::out);
  }

  @Test
  void aPlanChangedAfterATrialWasMeasuredIsExploratoryEvenIfNoneEnded() throws Exception {
    assertEquals(0, vulpes("run").code());
    // As if it had been killed shortly before its first trial ended.
    Files.delete(in("results.jsonl"));
    var delta = vulpes("run", "study.smallest-effect=0.5");
    assertTrue(delta.out().replaceAll("\\s+", " ").contains("study.smallest-effect was \"0.01\" and is \"0.5\"."), delta::out);
  }

  @Test
  void aStudyEndsAtTheFirstLookThatDecidesEverything() throws Exception {
    var e = vulpes("run", "study.seeds=6", "study.looks=[3, 6]", "study.spending=pocock", "study.arms.two={optimizer.adamw.lr = 1e-7}");
    assertEquals(0, e.code(), e::err);
    assertTrue(e.out().lines().anyMatch(l -> l.startsWith("two ") && l.contains("worse")), e::out);
    assertTrue(e.out().contains("Ended at the look at 3 of 6 seeds"), e::out);
    assertEquals(6, Files.readAllLines(in("results.jsonl")).size());
    var again = vulpes("run", "study.seeds=6", "study.looks=[3, 6]", "study.spending=pocock", "study.arms.two={optimizer.adamw.lr = 1e-7}");
    assertEquals(0, trained(again), "what is decided stays decided");
  }

  @Test
  void planTrainsThePilotOnceAndSaysWhatItsNoiseLetsSeedsDetect() throws Exception {
    var e = vulpes("plan", "study.pilot=2");
    assertEquals(0, e.code(), e::err);
    assertEquals(2, trained(e), e::err);
    assertTrue(e.out().contains("Noise: one varies by a standard deviation of") && e.out().contains("2 seeds are few") && e.out().contains("correlation 0.5"), e::out);
    assertEquals(0, trained(vulpes("plan", "study.pilot=2")));
    assertFalse(Files.exists(in("plan.json")), "nothing is registered before the first trial that counts");
    var run = vulpes("run", "study.pilot=2", "study.seeds=3");
    assertEquals(6, trained(run), "the pilot is not trained again and does not count");
    assertFalse(run.out().contains("Exploratory"), run::out);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      study.looks=[2, 2]                               | must rise
      study.looks=[2, 3]                               | must end with all seeds, which are 2
      study.pilot=1                                    | one seed shows no noise
      study.tune.optimizer.adamw.lrs=[1e-3, 2e-3]      | did you mean 'optimizer.adamw.lr'
      study.tune.optimizer.lion.lr=[1e-3, 2e-3]        | changes nothing in the arm 'one'
      study.tune.model.attention.gqa.kv-heads=[1, 2]   | cannot be tuned
      study.tune.optimizer.adamw.lr=[1e-3, -1]         | cannot be trained: optimizer.adamw.lr
      study.tune.optimizer.adamw.lr=[1e-3, 0.001]      | names a value twice
      study.metric=accuracy                            | is neither bits-per-byte nor EVALUATION.METRIC
      study.arms.three.optimizer.lion.lr=1e-3          | study.arms.three changes nothing that is trained
      study.aa=true                                    | differs from the baseline 'one'
      """)
  void wrongDesignsGetOneSentenceAndLeaveNothing(String set, String part) throws Exception {
    var e = vulpes("run", set);
    assertEquals(2, e.code(), e::err);
    assertTrue(e.err().lines().filter(l -> l.startsWith("vulpes: ")).toList().toString().contains(part), e::err);
    assertFalse(Files.exists(folder.resolve("small")), "nothing is written");
  }
}
